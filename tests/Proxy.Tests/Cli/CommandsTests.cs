using AuthProxy.Proxy.Cli;
using AuthProxy.Proxy.Cli.RuleCommands;
using AuthProxy.Proxy.Cli.SessionCommands;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Cli;

public class CommandsTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "cli.md"));

    [Fact]
    public void Page_about_the_command_line_has_a_section_for_each_command_and_no_other() =>
        Assert.Equal(
            Commands.All.Select(command => command.Name).Order(StringComparer.Ordinal),
            Page.Split('\n').Where(line => line.StartsWith("## `authproxy ", StringComparison.Ordinal)).Select(line => line["## `authproxy ".Length..].TrimEnd('`')).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_option_stands_in_the_section_of_its_command()
    {
        foreach (var command in Commands.All)
        {
            var section = Page.Split($"## `authproxy {command.Name}`\n")[1].Split("\n## ")[0];
            Assert.All(command.Options, option => Assert.True(
                section.Contains($"`{option.Name}", StringComparison.Ordinal) || RuleOptions.All.Contains(option) || SessionOptions.Common.Contains(option), $"{command.Name} {option.Name} is not in docs/cli.md"));
        }
    }

    [Fact]
    public void Every_exit_code_is_on_the_page() =>
        Assert.All(
            typeof(Hosting.ExitCodes).GetFields().Select(field => (int)field.GetRawConstantValue()!),
            code => Assert.Contains($"\n| {code} |", Page, StringComparison.Ordinal));

    [Fact]
    public async Task Rules_in_the_readme_pass_their_tests()
    {
        using var folder = new TestFolder();
        using var output = new StringWriter();
        var block = (await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"))).Split("```yaml\n")[1].Split("```")[0];

        var code = await new CommandLine(Commands.All, new CommandConsole(output, output)).RunAsync(["rules", "test", "--rules", folder.Write("rules.yaml", block)], CancellationToken.None);

        Assert.True(code == Hosting.ExitCodes.Success, output.ToString());
    }
}
