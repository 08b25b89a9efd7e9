using System.Text.Json;
using AuthProxy.Hosting;
using AuthProxy.Proxy.Cli;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Tests.Forwarding.Live;

namespace AuthProxy.Proxy.Tests.Cli;

public sealed class SessionCommandTests : IAsyncLifetime
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private SignedInProxy _world = null!;

    public async Task InitializeAsync() => _world = await SignedInProxy.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task List_prints_a_line_a_session_and_end_ends_it()
    {
        var (session, _) = await _world.SignInAsync();

        Assert.Equal(ExitCodes.Success, await RunAsync("sessions", "list"));
        Assert.Matches($@"^{session.Sid}  created 20\d\d-\S+Z  used \S+Z  ends \S+Z\n$", _output.ToString().ReplaceLineEndings("\n"));

        Assert.Equal(ExitCodes.Success, await RunAsync("sessions", "end", $"--sid={session.Sid}"));
        Assert.EndsWith("1 session ended\n", _output.ToString().ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_goes_on_where_the_page_before_ended()
    {
        await _world.SignInAsync();
        await _world.SignInAsync();
        Assert.Equal(ExitCodes.Success, await RunAsync("sessions", "list", "--limit", "1", "--output", "json"));
        using var first = JsonDocument.Parse(_output.ToString());
        _output.GetStringBuilder().Clear();

        Assert.Equal(ExitCodes.Success, await RunAsync("sessions", "list", "--output", "json", "--after", first.RootElement.GetProperty("next").GetString()!));

        using var second = JsonDocument.Parse(_output.ToString());
        Assert.NotEqual(Sid(first), Sid(second));
    }

    [Fact]
    public async Task End_of_a_subject_prints_how_many()
    {
        await _world.SignInAsync();
        await _world.SignInAsync();

        Assert.Equal(ExitCodes.Success, await RunAsync("sessions", "end", "--issuer", "https://id.example.com", "--subject", "alice", "--output", "json"));

        using var json = JsonDocument.Parse(_output.ToString());
        Assert.Equal(2, json.RootElement.GetProperty("ended").GetInt32());
    }

    [Fact]
    public async Task Id_that_was_planted_in_the_store_does_not_steer_the_operators_terminal()
    {
        var now = DateTimeOffset.UtcNow;
        const string Sid = "\u001b]0;owned\u0007\n";
        var cookie = new StoredCookie(CookieSecret.New(Sid).StoreKey, Sid, "app.example.com", [1]);
        await _world.Part<ISessionStore>().CreateAsync(new SessionIndex(Sid, default, null, now, now.AddHours(1), now.AddHours(1), now, [1]), [1], cookie, default);
        await _world.SignInAsync();

        Assert.Equal(ExitCodes.Success, await RunAsync("sessions", "list", "--limit", "1"));
        Assert.Equal(ExitCodes.Success, await RunAsync("sessions", "list"));

        Assert.Contains("owned", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(_output.ToString() + _error, letter => char.IsControl(letter) && letter is not ('\n' or '\r'));
    }

    [Theory]
    [InlineData("sessions end"), InlineData("sessions end --all"), InlineData("sessions end --sid x --all --yes"), InlineData("sessions end --subject x")]
    [InlineData("sessions end --issuer x"), InlineData("sessions end --issuer x --subject y --provider-session z"), InlineData("sessions list --issuer x")]
    public async Task What_could_end_too_much_by_mistake_is_an_error(string line)
    {
        var (_, cookie) = await _world.SignInAsync();

        Assert.Equal(ExitCodes.Usage, await RunAsync(line.Split(' ')));

        using var alive = await _world.GetAsync("/", cookie);
        Assert.Equal(System.Net.HttpStatusCode.OK, alive.StatusCode);
    }

    [Fact]
    public async Task Proxy_that_does_not_run_is_said_to_be_unavailable()
    {
        Assert.Equal(ExitCodes.Unavailable, await new CommandLine(Commands.All, new CommandConsole(_output, _error)).RunAsync(
            ["sessions", "list", "--socket", Path.Combine(_world.Proxy.Folder, "nobody.sock")], default));

        Assert.Contains("nobody.sock", _error.ToString(), StringComparison.Ordinal);
    }

    private static string? Sid(JsonDocument page) => page.RootElement.GetProperty("sessions")[0].GetProperty("sid").GetString();

    private Task<int> RunAsync(params string[] arguments) =>
        new CommandLine(Commands.All, new CommandConsole(_output, _error)).RunAsync([.. arguments, "--socket", _world.Proxy.AdminSocket], default);
}
