using System.Text.RegularExpressions;
using AuthProxy.Helm.Tests.Rendering;
using AuthProxy.TestKit;

namespace AuthProxy.Helm.Tests;

/// <summary>What Prometheus is told.</summary>
public partial class MonitoringTests
{
    [Fact]
    public async Task Both_programs_are_scraped_where_their_metrics_are()
    {
        var rendered = await HelmCommand.TemplateAsync(Charts.Authproxy, [Charts.Replicas], "{ proxy: { podMonitor: { enabled: true } }, gateway: { podMonitor: { enabled: true, interval: 10s } } }");

        Assert.Equal("https", rendered.Object("PodMonitor", "test-authproxy").Text("spec.podMetricsEndpoints.0.scheme"));
        Assert.Equal([("api", null, "10s"), ("services", "https", "10s")],
            rendered.Object("PodMonitor", "test-authproxy-vault").List("spec.podMetricsEndpoints").Select(endpoint => (endpoint.Text("port"), endpoint.Text("scheme"), endpoint.Text("interval"))));
    }

    [Fact]
    public async Task Alerts_speak_of_metrics_that_exist()
    {
        var rules = (await HelmCommand.TemplateAsync(Charts.Authproxy, [Charts.OneReplica], "prometheusRule: { enabled: true, labels: { release: prometheus } }")).Object("PrometheusRule");

        var known = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "Proxy"), "*Metrics.cs", SearchOption.AllDirectories)
            .SelectMany(file => MetricName().Matches(File.ReadAllText(file)).Select(match => match.Value.Trim('"').Replace('.', '_'))).ToHashSet(StringComparer.Ordinal);
        var asked = rules.List("spec.groups").SelectMany(group => group.List("rules")).SelectMany(rule => Asked().Matches(rule.Text("expr")!).Select(match => match.Value.Replace("_total", "", StringComparison.Ordinal)));
        Assert.Equal("prometheus", rules.Text("metadata.labels.release"));
        Assert.Empty(asked.Except(known));
        Assert.NotEmpty(asked);
    }

    [GeneratedRegex("\"authproxy\\.[a-z_.]+\"")]
    private static partial Regex MetricName();

    [GeneratedRegex("authproxy_[a-z_]+")]
    private static partial Regex Asked();
}
