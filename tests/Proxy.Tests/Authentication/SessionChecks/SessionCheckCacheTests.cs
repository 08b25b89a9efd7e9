using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authentication.SessionChecks;
using AuthProxy.Proxy.Tests.Remotes;
using AuthProxy.TestKit;
using Microsoft.AspNetCore.Http;
using static AuthProxy.Proxy.Tests.Remotes.ScriptedCaller;

namespace AuthProxy.Proxy.Tests.Authentication.SessionChecks;

public class SessionCheckCacheTests
{
    private const string Config = "check_session_url: https://sessions.example/whoami, preserve_path: true, only: [s]";
    private const string Cached = Config + ", cache: { enabled: true, ttl: 30s }";

    private readonly FakeClock _clock = new();
    private readonly ScriptedCaller _caller = new(request => Ok($$"""{"subject":"{{HeaderOf(request, "Cookie")}}","other":"o"}"""));
    private readonly CookieSessionAuthenticatorKind _kind;

    public SessionCheckCacheTests() => _kind = new CookieSessionAuthenticatorKind(new SessionCheckFactory(_caller, _clock));

    [Fact]
    public async Task Without_a_cache_every_request_is_asked_about()
    {
        var authenticator = Prepare(Config);
        await SubjectAsync(authenticator, "s=1");
        await SubjectAsync(authenticator, "s=1");

        Assert.Equal(2, _caller.Asked.Count);
    }

    [Fact]
    public async Task Good_answer_is_remembered_for_its_time_and_no_longer()
    {
        var authenticator = Prepare(Cached);
        await SubjectAsync(authenticator, "s=1");
        await SubjectAsync(authenticator, "s=1");
        Assert.Single(_caller.Asked);

        _clock.Advance(TimeSpan.FromSeconds(31));
        await SubjectAsync(authenticator, "s=1");
        Assert.Equal(2, _caller.Asked.Count);
    }

    [Fact]
    public async Task Remembered_answers_never_cross_between_sessions()
    {
        var authenticator = Prepare(Cached);

        Assert.Equal(("s=1", "s=2", "s=1"), (await SubjectAsync(authenticator, "s=1"), await SubjectAsync(authenticator, "s=2"), await SubjectAsync(authenticator, "s=1")));
        Assert.Equal(2, _caller.Asked.Count);
    }

    [Theory]
    [InlineData("subject_from: other")]
    [InlineData("additional_headers: { X-Tenant: b }")]
    [InlineData("force_method: POST")]
    [InlineData("preserve_query: false, preserve_host: true")]
    public async Task Remembered_answers_never_cross_between_rules_that_ask_or_read_differently(string more)
    {
        await SubjectAsync(Prepare(Cached), "s=1");
        await SubjectAsync(Prepare($"{Cached}, {more}"), "s=1");

        Assert.Equal(2, _caller.Asked.Count);
    }

    [Fact]
    public async Task Rules_that_ask_and_read_the_same_share_what_they_remember()
    {
        await SubjectAsync(Prepare(Cached), "s=1");
        await SubjectAsync(Prepare(Cached), "s=1");

        Assert.Single(_caller.Asked);
    }

    [Theory]
    [InlineData(401), InlineData(429), InlineData(500)]
    public async Task Refusal_is_not_remembered(int status)
    {
        var authenticator = Prepare(Cached);
        _caller.Answer = _ => Status(status);
        Assert.IsType<AuthenticationOutcome.Rejected>(await AskAsync(authenticator, "s=1"));

        _caller.Answer = _ => Ok("""{"subject":"back"}""");
        Assert.Equal("back", await SubjectAsync(authenticator, "s=1"));
    }

    [Fact]
    public async Task Stampede_becomes_one_call_and_each_gets_the_rate_limit_that_came_of_it()
    {
        var authenticator = Prepare(Cached);
        _caller.Held = new TaskCompletionSource();
        _caller.Answer = _ => Status(429, "", ("Retry-After", "5"));
        var asking = Enumerable.Range(0, 20).Select(_ => Requests.Create(headers: ("Cookie", "s=1"))).Select(made => (made.Request, Outcome: authenticator.AuthenticateAsync(made.Context, made.Request, default).AsTask())).ToList();

        _caller.Held.SetResult();
        await Task.WhenAll(asking.Select(one => one.Outcome)).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Single(_caller.Asked);
        Assert.All(asking, one =>
        {
            var headers = new HeaderDictionary();
            one.Request.RateLimit.WriteTo(headers);
            Assert.Equal("5", headers["Retry-After"]);
        });
    }

    [Fact]
    public async Task Client_that_leaves_does_not_take_the_others_answer_along()
    {
        var authenticator = Prepare(Cached);
        _caller.Held = new TaskCompletionSource();
        using var gone = new CancellationTokenSource();
        var (context, request) = Requests.Create(headers: ("Cookie", "s=1"));
        var first = authenticator.AuthenticateAsync(context, request, gone.Token).AsTask();
        var second = SubjectAsync(authenticator, "s=1");

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _caller.Held.SetResult();

        Assert.Equal("s=1", await second.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Single(_caller.Asked);
    }

    private IAuthenticator Prepare(string config)
    {
        var use = Requests.Use($"{{ {config} }}");
        return _kind.Prepare(use) ?? throw new InvalidOperationException(string.Join('\n', use.Faults));
    }

    private static async Task<string> SubjectAsync(IAuthenticator authenticator, string cookie) =>
        Assert.IsType<AuthenticationOutcome.Accepted>(await AskAsync(authenticator, cookie)).Subject.Id;

    private static async Task<AuthenticationOutcome> AskAsync(IAuthenticator authenticator, string cookie)
    {
        var (context, request) = Requests.Create(headers: ("Cookie", cookie));
        return await authenticator.AuthenticateAsync(context, request, CancellationToken.None);
    }
}
