using AuthProxy.Hosting;

namespace AuthProxy.Proxy.Tests.Cli.RuleCommands;

public sealed class RulesListCommandTests : IDisposable
{
    private readonly CommandHouse _house = new();

    public void Dispose() => _house.Dispose();

    [Fact]
    public async Task Every_rule_has_a_line()
    {
        var file = _house.Write("rules.yaml", CommandHouse.Rules);

        Assert.Equal(ExitCodes.Success, await _house.RunAsync("list", "--rules", file));

        var lines = _house.Output.TrimEnd().Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Matches(@"^admin +any +/admin/\{area\} +oidc +0 +.*rules\.yaml:5$", lines[2]);
        Assert.Empty(_house.Error);
    }

    [Fact]
    public async Task Json_says_the_same_for_programs()
    {
        await _house.RunAsync("list", "--output", "json", "--rules", _house.Write("rules.yaml", CommandHouse.Rules));

        var rule = _house.Json.GetProperty("rules")[1];
        Assert.Equal("admin", rule.GetProperty("id").GetString());
        Assert.True(rule.GetProperty("require").GetBoolean());
        Assert.Equal("oidc", rule.GetProperty("authenticators")[0].GetString());
    }

    [Fact]
    public async Task Rules_of_a_configuration_are_listed_with_its_faults()
    {
        var rules = _house.Write("rules/rules.yaml", CommandHouse.Rules);
        var config = _house.Write("authproxy.yaml", $"access_rules: {{ repositories: ['{rules}'] }}\nsessions: {{ store: memory }}\nassertion: {{ audiences: [app] }}");

        Assert.Equal(ExitCodes.Configuration, await _house.RunAsync("list", "--config", config, "--output", "json"));

        Assert.Contains("needs a provider under authenticators.oidc.config", _house.Error, StringComparison.Ordinal);
        Assert.Contains("needs a provider", _house.Json.GetProperty("faults")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_house.PathOf("data")));
    }

    [Theory]
    [InlineData("--config", "a", "--rules", "b"), InlineData("--strategy", "glob")]
    public async Task Options_that_do_not_go_together_are_a_misuse(params string[] options) =>
        Assert.Equal(ExitCodes.Usage, await _house.RunAsync(["list", .. options]));

    [Fact]
    public async Task Missing_file_is_a_fault_and_no_stack_trace()
    {
        Assert.Equal(ExitCodes.Configuration, await _house.RunAsync("list", "--rules", _house.PathOf("missing.yaml")));

        Assert.Contains("does not exist", _house.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _house.Error, StringComparison.Ordinal);
    }
}
