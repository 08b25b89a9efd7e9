using AuthProxy.Hosting;
using AuthProxy.Proxy.Cli;
using AuthProxy.Proxy.Sessions.Ends.Bearers;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Cli;

public sealed class RealmKeyCommandsTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    private string Keys => Path.Combine(_folder.Path, "data/keys/realm");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rotation_goes_on_by_the_same_command_and_says_what_it_did()
    {
        Assert.Equal(ExitCodes.Success, await RunAsync(RealmKeyCommands.Rotate));
        Assert.Equal(ExitCodes.Success, await RunAsync(RealmKeyCommands.Rotate));
        Assert.Equal(ExitCodes.Failure, await RunAsync(RealmKeyCommands.Rotate));
        Assert.Contains("nothing was changed", _error.ToString(), StringComparison.Ordinal);

        Assert.Equal(ExitCodes.Success, await RunAsync(RealmKeyCommands.Rotate, "--wait", "0s"));

        Assert.Equal(["1 added, and seals", "2 added, and only opens", "2 seals; the versions before it are needed"], Lines().Select(line => line[..Math.Min(line.Length, line.Contains("needed", StringComparison.Ordinal) ? 42 : line.IndexOf(';', StringComparison.Ordinal) is > 0 and var end ? end : line.Length)]));
        Assert.StartsWith("2 ", await File.ReadAllTextAsync(Path.Combine(Keys, "current")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_says_of_every_version_what_it_is_for()
    {
        await RunAsync(RealmKeyCommands.Rotate);
        await RunAsync(RealmKeyCommands.Rotate);
        _output.GetStringBuilder().Clear();

        Assert.Equal(ExitCodes.Success, await RunAsync(RealmKeyCommands.Status));

        Assert.Collection(
            Lines(),
            one => Assert.StartsWith("1 seals, since ", one, StringComparison.Ordinal),
            two => Assert.StartsWith("2 only opens; 'keys rotate' lets it seal from ", two, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Prune_removes_nothing_that_a_session_may_need()
    {
        await RunAsync(RealmKeyCommands.Rotate);
        await RunAsync(RealmKeyCommands.Rotate);
        await RunAsync(RealmKeyCommands.Rotate, "--wait", "0s");

        Assert.Equal(ExitCodes.Success, await RunAsync(RealmKeyCommands.Prune, "--wait", "0s"));

        Assert.True(File.Exists(Path.Combine(Keys, "1.key")));
    }

    [Fact]
    public async Task Ended_bearer_stays_ended_its_mark_is_remembered_longer_than_any_session_and_so_is_the_key_that_vouches_for_it()
    {
        await RunAsync(RealmKeyCommands.Rotate);
        await RunAsync(RealmKeyCommands.Rotate);
        await RunAsync(RealmKeyCommands.Rotate, "--wait", "0s");

        var until = DateTimeOffset.Parse(Lines()[^1].Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(until > DateTimeOffset.UtcNow + BearerEnds.Remembered - TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task No_key_is_ever_printed()
    {
        await RunAsync(RealmKeyCommands.Rotate);
        await RunAsync(RealmKeyCommands.Status);

        Assert.DoesNotContain((await File.ReadAllTextAsync(Path.Combine(Keys, "1.key"))).Trim(), _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("soon"), InlineData("-1s")]
    public async Task Wait_that_is_none_is_said(string wait)
    {
        Assert.Equal(ExitCodes.Usage, await RunAsync(RealmKeyCommands.Rotate, "--wait=" + wait));
        Assert.False(Directory.Exists(Keys));
    }

    [Fact]
    public async Task Folder_with_something_else_in_it_is_a_failure_without_a_stack_trace()
    {
        _folder.Write("data/keys/realm/1.key", "not a key");

        Assert.Equal(ExitCodes.Failure, await RunAsync(RealmKeyCommands.Status));
        Assert.Contains("1.key", _error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _error.ToString(), StringComparison.Ordinal);
    }

    private string[] Lines() => _output.ToString().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private Task<int> RunAsync(Command command, params string[] arguments)
    {
        var config = _folder.Write("authproxy.yaml", $"data_folder: {_folder.Path}/data\n");
        var (parsed, fault) = CommandArguments.Parse(command, ["--config", config, .. arguments]);
        Assert.True(parsed is not null, fault);
        return command.RunAsync(parsed, new CommandConsole(_output, _error), default);
    }
}
