using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Edges;

/// <summary>A configuration that must not run does not run, and says why: file, line, key and what would be right.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("serve: { proxy: { host: 0.0.0.0, public_urls: [\"https://app.example\"] } }", "authproxy.yaml:1: serve.proxy.host")]
    [InlineData("serve: { proxi: { port: 1 } }", "authproxy.yaml:1: serve.proxi")]
    [InlineData("sessions: { idle: soon }", "authproxy.yaml:1: sessions.idle")]
    public async Task Faulty_configuration_is_told_with_its_place(string text, string expected)
    {
        using var folder = new TestFolder();
        var file = folder.Write("authproxy.yaml", text + "\n");
        await using var process = RunningProcess.Start(Repository.Service("src/Proxy", "authproxy"), ["serve", "--config", file], folder.Path);

        Assert.NotEqual(0, await process.WaitForExitAsync());
        Assert.Contains(expected, process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Development_command_is_not_in_the_form_that_is_published()
    {
        using var folder = new TestFolder();
        await using var process = RunningProcess.Start(Repository.Service("src/Proxy", "authproxy"), ["dev", "--as"], folder.Path);

        Assert.NotEqual(0, await process.WaitForExitAsync());
        Assert.Equal(Repository.IsPublished, process.Output.Contains("'dev' is no command", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Wrong_rule_is_not_taken_and_a_right_one_is_live_at_once()
    {
        await using var upstream = await StubUpstream.StartAsync();
        string Rules(string authenticator) =>
            $"version: authproxy/v1\nrules:\n- {{ id: all, match: {{ path: /** }}, authenticators: [{authenticator}], mutators: [noop], upstream: \"{upstream.Address.OriginalString}\" }}\n";
        await using var proxy = await ProxyProcess.StartAsync(Rules("anonymous"));
        var host = $"127.0.0.1:{proxy.Port}";

        proxy.Folder.Write("rules/rules.yaml", Rules("anonymus"));
        for (var attempt = 0; attempt < 100 && !proxy.Process.Output.Contains("anonymus", StringComparison.Ordinal); attempt++)
        {
            await Task.Delay(50);
        }

        Assert.Contains("rules.yaml:3", proxy.Process.Output, StringComparison.Ordinal);
        Assert.Equal(200, RawHttp.StatusOf(await RawHttp.GetAsync(proxy.Port, host, "/")));

        proxy.Folder.Write("rules/rules.yaml", Rules("unauthorized"));
        var status = 0;
        for (var attempt = 0; attempt < 100 && status != 401; attempt++)
        {
            await Task.Delay(50);
            status = RawHttp.StatusOf(await RawHttp.GetAsync(proxy.Port, host, "/"));
        }

        Assert.Equal(401, status);
    }
}
