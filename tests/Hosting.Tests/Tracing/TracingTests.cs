using System.Collections.Concurrent;
using System.Diagnostics;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Tests.Edges;
using AuthProxy.Hosting.Tracing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace AuthProxy.Hosting.Tests.Tracing;

public class TracingTests
{
    [Theory]
    [InlineData("{}", null)]
    [InlineData("providers: { otlp: { server_url: 'collector:4318', insecure: true } }", "http://collector:4318/v1/traces")]
    [InlineData("providers: { otlp: { server_url: 'collector:4318' } }", "https://collector:4318/v1/traces")]
    [InlineData("providers: { otlp: { server_url: 'https://c/custom' } }", "https://c/custom")]
    public void Tracing_is_off_until_a_collector_is_named(string yaml, string? endpoint)
    {
        var faults = new ConfigFaults();
        var settings = TracingSettings.Schema("authproxy").Read(ConfigReader.ReadText(yaml, "c.yaml", faults)[0], faults);

        Assert.Empty(faults);
        Assert.Equal(endpoint, settings!.Endpoint?.AbsoluteUri);
    }

    [Fact]
    public void Collector_that_is_no_address_is_a_fault()
    {
        var faults = new ConfigFaults();
        TracingSettings.Schema("authproxy").Read(ConfigReader.ReadText("providers: { otlp: { server_url: 'ftp://x' } }", "c.yaml", faults)[0], faults);

        Assert.Contains("providers.otlp.server_url is no address", Assert.Single(faults).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/values/lunasec-0b5a", "/v1/values/*")]
    [InlineData("/v1/values/0123456789012345678901234567890123456789abc", "/v1/values/*")]
    [InlineData("https://x/callback?code=secret&state=s", "https://x/callback?*")]
    [InlineData("/api/orders/7", "/api/orders/7")]
    public void Spans_lose_what_opens_something(string address, string shown) => Assert.Equal(shown, RedactingProcessor.Redact(address));

    [Fact]
    public async Task Spans_arrive_at_the_collector_with_the_credentials_given()
    {
        var received = new ConcurrentQueue<(string Path, string Authorization, long? Length)>();
        await using var collector = await TestServer.StartAsync(app => app.MapPost("/v1/traces", context =>
        {
            received.Enqueue((context.Request.Path, context.Request.Headers.Authorization.ToString(), context.Request.ContentLength));
            return Task.CompletedTask;
        }));
        using var source = new ActivitySource("AuthProxy.Test");
        var settings = new TracingSettings("test", new Uri(collector.Client.BaseAddress!, "/v1/traces"), 1, Secret.FromText("Bearer a,b=c"));

        // The collector is asked once and not again: on a busy machine the exporter may give up before it is heard.
        for (var attempt = 0; attempt < 5 && received.IsEmpty; attempt++)
        {
            using var host = new HostBuilder().ConfigureServices(services => services.AddTracing(settings, source.Name)).Build();
            await host.StartAsync();
            source.StartActivity("one")?.Stop();
            await host.StopAsync();
        }

        Assert.Contains(received, request => request is { Path: "/v1/traces", Authorization: "Bearer a,b=c", Length: > 0 });
    }
}
