using AuthProxy.Hosting;
using AuthProxy.Proxy.Cli;

namespace AuthProxy.Proxy.Tests.Cli;

public class CommandLineTests
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private CommandArguments? _seen;

    [Theory]
    [InlineData("help"), InlineData("--help"), InlineData("-h")]
    public async Task Help_lists_every_command_and_succeeds(string word)
    {
        Assert.Equal(ExitCodes.Success, await RunAsync(word));
        Assert.Contains("config check", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("serve", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_at_all_shows_the_usage_and_fails()
    {
        Assert.Equal(ExitCodes.Usage, await RunAsync());
        Assert.Contains("usage:", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_of_a_command_says_what_it_takes()
    {
        Assert.Equal(ExitCodes.Success, await RunAsync("serve", "--help"));
        Assert.Contains("--config FILE", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("Default: authproxy.yaml.", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve", "--help"), InlineData("serve", "-h"), InlineData("help", "serve"), InlineData("serve", "--config", "x", "--help")]
    public async Task Help_of_a_command_is_asked_for_in_front_or_behind(params string[] arguments)
    {
        Assert.Equal(ExitCodes.Success, await RunAsync(arguments));
        Assert.Contains("--config FILE", _output.ToString(), StringComparison.Ordinal);
        Assert.Null(_seen);
    }

    [Theory]
    [InlineData("config", "--help"), InlineData("help", "config")]
    public async Task Help_of_a_group_lists_its_commands_and_no_other(params string[] arguments)
    {
        Assert.Equal(ExitCodes.Success, await RunAsync(arguments));
        Assert.Contains("config check", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("serve", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("did you mean serve?", "sevre")]
    [InlineData("did you mean serve?", "help", "sevre")]
    [InlineData("did you mean check?", "config", "chek", "--help")]
    [InlineData("did you mean check?", "config", "chek")]
    [InlineData("needs one of: check", "config")]
    [InlineData("did you mean --config?", "serve", "--confg", "x")]
    [InlineData("did you mean --config?", "serve", "--confg=x")]
    [InlineData("does not know -c", "serve", "-c", "x")]
    [InlineData("--config needs a value", "serve", "--config")]
    [InlineData("--config needs a value", "serve", "--config=")]
    [InlineData("--config needs a value", "serve", "--config", "--force")]
    [InlineData("--config is given twice", "serve", "--config", "a", "--config", "b")]
    [InlineData("--force takes no value", "serve", "--force=yes")]
    [InlineData("does not take 'x'", "serve", "x")]
    [InlineData("one of text, json", "config", "check", "--output", "xml")]
    [InlineData("needs --need VALUE", "strict")]
    public async Task What_is_not_understood_is_an_error_that_names_the_remedy(string expected, params string[] arguments)
    {
        Assert.Equal(ExitCodes.Usage, await RunAsync(arguments));
        Assert.Contains(expected, _error.ToString(), StringComparison.Ordinal);
        Assert.Null(_seen);
    }

    [Theory]
    [InlineData("--config", "x.yaml"), InlineData("--config=x.yaml")]
    public async Task Value_follows_its_option_or_stands_behind_an_equals_sign(params string[] arguments)
    {
        Assert.Equal(7, await RunAsync(["serve", .. arguments]));
        Assert.Equal("x.yaml", _seen!["--config"]);
        Assert.False(_seen.Has("--force"));
    }

    [Fact]
    public async Task Default_stands_for_an_option_that_is_not_given()
    {
        await RunAsync("serve", "--force");

        Assert.Equal("authproxy.yaml", _seen!["--config"]);
        Assert.True(_seen.Has("--force"));
    }

    [Fact]
    public async Task Repeatable_option_keeps_every_value_in_order()
    {
        await RunAsync("strict", "--need", "x", "--claim", "a=1", "--claim", "b=2", "operand");

        Assert.Equal(["a=1", "b=2"], _seen!.All("--claim"));
        Assert.Equal(["operand"], _seen.Operands);
    }

    [Fact]
    public async Task Value_with_an_equals_sign_keeps_it()
    {
        await RunAsync("strict", "--need=x", "--claim=a=1=2");

        Assert.Equal(["a=1=2"], _seen!.All("--claim"));
    }

    private Task<int> RunAsync(params string[] arguments)
    {
        Task<int> See(CommandArguments parsed, CommandConsole console, CancellationToken cancellation)
        {
            _seen = parsed;
            return Task.FromResult(7);
        }

        var config = new CommandOption("--config", "FILE", "The configuration.") { Default = "authproxy.yaml" };
        Command[] commands =
        [
            new("serve", "Serves.", [config, new("--force", null, "A switch.")], See),
            new("config check", "Checks.", [config, new("--output", "FORM", "How.") { Choices = ["text", "json"] }], See),
            new("strict", "Needs.", [new("--need", "VALUE", "Needed.") { IsRequired = true }, new("--claim", "NAME=VALUE", "Many.") { IsRepeatable = true }], See)
            {
                Operands = ["NAME"],
            },
        ];
        return new CommandLine(commands, new CommandConsole(_output, _error)).RunAsync(arguments, CancellationToken.None);
    }
}
