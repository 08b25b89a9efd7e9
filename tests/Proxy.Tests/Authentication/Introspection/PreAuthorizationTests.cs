using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authentication.Introspection;
using AuthProxy.Proxy.Remotes;
using AuthProxy.Proxy.Tests.Remotes;
using AuthProxy.TestKit;
using static AuthProxy.Proxy.Tests.Remotes.ScriptedCaller;

namespace AuthProxy.Proxy.Tests.Authentication.Introspection;

public sealed class PreAuthorizationTests : IDisposable
{
    private readonly FakeClock _clock = new();
    private readonly TestFolder _folder = new();
    private readonly ScriptedCaller _caller;
    private readonly IAuthenticator _authenticator;
    private int _tokens;
    private Func<string, RemoteOutcome> _introspection = _ => Ok("""{"active":true,"sub":"alice"}""");

    public PreAuthorizationTests()
    {
        var secret = _folder.Write("secret", "first\n");
        _caller = new ScriptedCaller(request => request.Address.AbsolutePath == "/token"
            ? Ok($$"""{"access_token":"own{{++_tokens}}","expires_in":100}""")
            : _introspection(HeaderOf(request, "Authorization")!));
        _authenticator = new IntrospectionAuthenticatorKind(_caller, new BearerSessions(new BearerKey(new byte[32])), new BearerEndings(), _clock).Prepare(Requests.Use(
            $"{{ introspection_url: 'https://i.example/check', pre_authorization: {{ enabled: true, client_id: p, client_secret_file: '{secret}', token_url: 'https://i.example/token' }} }}"))!;
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Own_token_is_fetched_once_and_replaced_shortly_before_it_ends()
    {
        await AcceptedAsync();
        await AcceptedAsync();
        Assert.Equal(1, _tokens);

        _clock.Advance(TimeSpan.FromSeconds(91));
        await AcceptedAsync();
        Assert.Equal(2, _tokens);
        Assert.Equal("Bearer own2", HeaderOf(_caller.Last, "Authorization"));
    }

    [Fact]
    public async Task Many_who_ask_at_once_fetch_one_token()
    {
        _caller.Held = new TaskCompletionSource();
        var asking = Enumerable.Range(0, 10).Select(_ => AcceptedAsync()).ToList();

        _caller.Held.SetResult();
        await Task.WhenAll(asking).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(1, _tokens);
    }

    [Fact]
    public async Task Withdrawn_token_is_replaced_once()
    {
        _introspection = own => own == "Bearer own1" ? Status(401) : Ok("""{"active":true,"sub":"alice"}""");

        await AcceptedAsync();
        Assert.Equal(2, _tokens);
    }

    [Fact]
    public async Task Second_refusal_is_a_fault_and_not_a_loop()
    {
        _introspection = _ => Status(401);

        Assert.Equal(ProxyRefusals.CheckFailed, Assert.IsType<AuthenticationOutcome.Rejected>(await AskAsync()).Refusal);
        Assert.Equal(2, _tokens);
    }

    [Fact]
    public async Task Without_a_token_nobody_is_asked()
    {
        _caller.Answer = _ => Status(400);

        Assert.Equal(ProxyRefusals.CheckFailed, Assert.IsType<AuthenticationOutcome.Rejected>(await AskAsync()).Refusal);
        Assert.Single(_caller.Asked);
    }

    [Fact]
    public async Task New_secret_in_the_file_is_used_for_the_next_token()
    {
        await AcceptedAsync();
        _folder.Write("secret", "second\n");
        _clock.Advance(TimeSpan.FromSeconds(100));
        await AcceptedAsync();

        Assert.Equal(["first", "second"], _caller.Asked.Where(asked => asked.Address.AbsolutePath == "/token").Select(SecretOf));
    }

    private static string SecretOf(RemoteRequest request) =>
        System.Text.Encoding.ASCII.GetString(Convert.FromBase64String(HeaderOf(request, "Authorization")!["Basic ".Length..]))["p:".Length..];

    private async Task AcceptedAsync() => Assert.IsType<AuthenticationOutcome.Accepted>(await AskAsync());

    private async Task<AuthenticationOutcome> AskAsync()
    {
        var (context, request) = Requests.Create(headers: ("Authorization", "Bearer t"));
        return await _authenticator.AuthenticateAsync(context, request, CancellationToken.None);
    }
}
