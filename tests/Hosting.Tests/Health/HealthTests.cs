using System.Net;
using AuthProxy.Hosting.Health;
using AuthProxy.Hosting.Metrics;
using AuthProxy.Hosting.Tests.Edges;

namespace AuthProxy.Hosting.Tests.Health;

public class HealthTests
{
    [Fact]
    public async Task Probes_follow_the_conditions()
    {
        var health = new HealthState();
        var rules = health.AddCondition("rules");
        var storeUp = true;
        health.AddCondition("store", () => storeUp);
        await using var server = await TestServer.StartAsync(app => app.MapHealth(health));

        Assert.Equal((503, """{"status":"unavailable","waiting_for":["rules"]}"""), await server.GetAsync("/health/ready"));
        Assert.Equal(503, (await server.GetAsync("/health/startup")).Status);
        Assert.Equal((200, """{"status":"ok"}"""), await server.GetAsync("/health/live"));
        Assert.Equal((200, """{"status":"ok"}"""), await server.GetAsync("/health/alive"));

        rules.Set(true);
        Assert.Equal((200, """{"status":"ok"}"""), await server.GetAsync("/health/ready"));

        storeUp = false;
        Assert.Equal(503, (await server.GetAsync("/health/ready")).Status);
        Assert.Equal(200, (await server.GetAsync("/health/startup")).Status);

        storeUp = true;
        health.Drain();
        Assert.Equal((503, """{"status":"draining","waiting_for":[]}"""), await server.GetAsync("/health/ready"));
        Assert.Equal(200, (await server.GetAsync("/health/live")).Status);
    }

    [Fact]
    public async Task Readiness_tells_details_whether_it_is_good_or_not_and_other_probes_do_not()
    {
        var health = new HealthState();
        var mode = "confirmed";
        health.AddDetail("sessions", () => mode);
        await using var server = await TestServer.StartAsync(app => app.MapHealth(health));

        Assert.Equal((200, """{"status":"ok","sessions":"confirmed"}"""), await server.GetAsync("/health/ready"));
        Assert.Equal((200, """{"status":"ok"}"""), await server.GetAsync("/health/live"));

        mode = "outage";
        health.Drain();
        Assert.Equal((503, """{"status":"draining","waiting_for":[],"sessions":"outage"}"""), await server.GetAsync("/health/ready"));
    }

    [Fact]
    public void Condition_that_throws_is_unmet()
    {
        var health = new HealthState();
        health.AddCondition("store", () => throw new InvalidOperationException());

        Assert.False(health.IsReady);
    }

    [Fact]
    public async Task Metrics_are_served_as_prometheus_text()
    {
        await using var server = await TestServer.StartAsync(app => app.MapMetrics(), services => services.AddMetricsEndpoint(hasMany: null, "AuthProxy.Test", MetricsExtensions.RequestMeter));

        await server.GetAsync("/elsewhere");
        using var response = await server.Client.GetAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Contains("# TYPE http_server_request_duration_seconds histogram", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
