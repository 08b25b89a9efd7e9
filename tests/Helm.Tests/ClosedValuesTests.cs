using AuthProxy.Helm.Tests.Rendering;
using AuthProxy.TestKit;

namespace AuthProxy.Helm.Tests;

/// <summary>Values are explained, closed, and hold no secret.</summary>
public class ClosedValuesTests
{
    [Fact]
    public void Every_value_is_explained() =>
        Assert.All(new[] { Charts.Sidecar, Charts.Authproxy, Charts.Bank }.SelectMany(Unexplained), place => Assert.Fail($"{place} has no comment"));

    // The one block of values has two homes, and one meaning.
    [Fact]
    public async Task Values_of_a_Proxy_are_the_same_in_both_charts()
    {
        var sidecar = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, Charts.Sidecar, "values.yaml"));
        var standalone = (await File.ReadAllLinesAsync(Path.Combine(Repository.Root, Charts.Authproxy, "values.yaml")))
            .SkipWhile(line => !line.StartsWith("proxy:", StringComparison.Ordinal)).Skip(1).TakeWhile(line => line.Length == 0 || line[0] == ' ')
            .Select(line => line.Length == 0 ? line : line[2..]).ToArray();

        // A sidecar's application asks over loopback; everybody else over the network.
        Assert.Equal(["  tls: true"], standalone.Except(sidecar));
    }

    [Theory]
    [InlineData("replica: 3", "replica")]
    [InlineData("proxy: { config: { serve: { proxy: { public_url: https://a.example.com } } } }", "public_url")]
    [InlineData("proxy: { config: { authenticators: { oidcc: {} } } }", "oidcc")]
    [InlineData("proxy: { config: { authenticators: { oidc: { config: { issuerr: x } } } } }", "issuerr")]
    [InlineData("vault: { config: { aplications: [] } }", "aplications")]
    [InlineData("gateway: { image: { digest: latest } }", "digest")]
    [InlineData("proxy: { files: { oidc: { existingSecret: a, existingConfigMap: b } } }", "oidc")]
    public async Task Misspelt_or_malformed_value_is_refused_by_its_name(string values, string name)
    {
        var rendered = await HelmCommand.TemplateAsync(Charts.Authproxy, [Charts.OneReplica], values);

        Assert.False(rendered.Succeeded);
        Assert.Contains(name, rendered.Errors, StringComparison.Ordinal);
    }

    // Values end in ConfigMaps, in the release's history, and in git.
    [Theory]
    [InlineData("proxy: { config: { authenticators: { oidc: { config: { client_secret: hidden } } } } }", "client_secret")]
    [InlineData("proxy: { config: { authenticators: { oidc: { config: { providers: { a: { client_secret: hidden } } } } } } }", "client_secret")]
    [InlineData("proxy: { config: { sessions: { redis: { password: hidden } } } }", "password")]
    [InlineData("vault: { config: { postgres: { connection_string: hidden } } }", "connection_string")]
    [InlineData("vault: { config: { master_keys: [] } }", "master_keys")]
    public async Task Secret_in_the_values_is_refused(string values, string key)
    {
        var rendered = await HelmCommand.TemplateAsync(Charts.Authproxy, [Charts.OneReplica], values);

        Assert.False(rendered.Succeeded);
        Assert.Contains($"Additional property {key} is not allowed", rendered.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", rendered.Errors, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Unexplained(string chart)
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, chart, "values.yaml"));
        return lines.Select((line, index) => (line, index))
            .Where(row => row.line.TrimStart() is { Length: > 0 } text && text[0] is not ('#' or '-' or '<') && row.line.Contains(':', StringComparison.Ordinal)
                && !lines[row.index - 1].TrimStart().StartsWith('#') && !IsInside("resources:", lines, row.index) && !IsInside("authproxy-sidecar:", lines, row.index))
            .Select(row => $"{chart}/values.yaml:{row.index + 1} {row.line.Trim()}");
    }

    private static bool IsInside(string parent, string[] lines, int index)
    {
        var depth = Depth(lines[index]);
        for (var above = index - 1; above >= 0 && depth > 0; above--)
        {
            if (lines[above].Trim() is { Length: > 0 } text && Depth(lines[above]) < depth)
            {
                depth = Depth(lines[above]);
                if (text == parent)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static int Depth(string line) => line.Length - line.TrimStart().Length;
}
