using System.Collections.Concurrent;
using AuthProxy.TestKit;

namespace AuthProxy.Helm.Tests.Rendering;

/// <summary>The real helm, without a cluster.</summary>
internal static class HelmCommand
{
    /// <summary>The cluster that is rendered for: native sidecars, the Gateway API and the Prometheus operator.</summary>
    private static readonly string[] Cluster =
    [
        "--kube-version", "1.32.0", "--api-versions", "autoscaling/v2", "--api-versions", "monitoring.coreos.com/v1/PodMonitor", "--api-versions", "monitoring.coreos.com/v1/PrometheusRule",
        "--api-versions", "gateway.networking.k8s.io/v1/HTTPRoute",
    ];

    // A rendering is the same each time (which has a test), and takes a third of a second.
    private static readonly ConcurrentDictionary<string, Lazy<Task<Rendered>>> Made = new(StringComparer.Ordinal);

    private static string Program { get; } = Path.Combine(Repository.Root, ".cache", "npm", "node_modules", ".bin", "helm");

    /// <summary>Renders a chart of this repository into release <c>test</c> of namespace <c>apps</c>.</summary>
    /// <param name="chart">Its folder.</param>
    /// <param name="files">Values files of the repository.</param>
    /// <param name="values">Values that go before theirs.</param>
    /// <param name="cluster">The options that describe another cluster.</param>
    public static Task<Rendered> TemplateAsync(string chart, IReadOnlyList<string>? files = null, string values = "{}", IReadOnlyList<string>? cluster = null) =>
        Made.GetOrAdd(string.Join('\n', [chart, .. files ?? [], values, .. cluster ?? []]), _ => new(() => TemplateAnewAsync(chart, files ?? [], values, cluster ?? Cluster))).Value;

    /// <summary>The same, also where it was rendered before.</summary>
    public static async Task<Rendered> TemplateAnewAsync(string chart, IReadOnlyList<string> files, string values = "{}", IReadOnlyList<string>? cluster = null)
    {
        using var folder = new TestFolder();
        var given = files.Select(file => Path.Combine(Repository.Root, file)).Append(folder.Write("values.yaml", values));
        return await RunAsync(["template", "test", Path.Combine(Repository.Root, chart), "--namespace", "apps", .. cluster ?? Cluster, .. given.SelectMany(file => new[] { "--values", file })]);
    }

    public static Task<Rendered> LintAsync(string chart, IReadOnlyList<string> files) =>
        RunAsync(["lint", "--strict", Path.Combine(Repository.Root, chart), .. files.SelectMany(file => new[] { "--values", Path.Combine(Repository.Root, file) })]);

    private static async Task<Rendered> RunAsync(IReadOnlyList<string> arguments)
    {
        if (!File.Exists(Program))
        {
            throw new FileNotFoundException("helm is not installed; ./test.sh installs it into .cache/npm.");
        }

        var (code, output, errors) = await Tool.RunAsync(Program, arguments);

        // Charts of one repository are linked to each other; helm says so each time.
        var said = errors.Split('\n').Where(line => !line.StartsWith("walk.go:", StringComparison.Ordinal));
        return new Rendered(code == 0, output, string.Join('\n', said).Trim());
    }
}
