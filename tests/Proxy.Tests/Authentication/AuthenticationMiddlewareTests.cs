using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Matching;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Proxy.Tests.Authentication;

public class AuthenticationMiddlewareTests
{
    private static readonly AuthenticationOutcome.NotMine NotMine = new("nothing of mine");
    private static readonly AuthenticationOutcome.Rejected Rejected = new(ProxyRefusals.CredentialsInvalid, "wrong");
    private static readonly AuthenticationOutcome.Accepted Accepted = new(Requests.Alice(), ConsumedCredentials.Authorization, "Authorization");

    private readonly RecordedRefusals _refusals = new();
    private bool _passed;

    [Fact]
    public async Task First_authenticator_that_accepts_decides_who_it_is()
    {
        var request = await RunAsync(NotMine, Accepted, Rejected);

        Assert.True(_passed);
        Assert.Equal("alice", request.Subject.Id);
        Assert.Equal(ConsumedCredentials.Authorization, request.Consumed);
    }

    [Fact]
    public async Task First_authenticator_to_reject_ends_the_search()
    {
        await RunAsync(Rejected, Accepted);

        Assert.False(_passed);
        Assert.Equal(ProxyRefusals.CredentialsInvalid, _refusals.Last);
    }

    [Fact]
    public async Task Request_that_is_nobodys_is_refused_as_credentials_missing()
    {
        await RunAsync(NotMine, NotMine);

        Assert.False(_passed);
        Assert.Equal(ProxyRefusals.CredentialsMissing, _refusals.Last);
    }

    [Fact]
    public async Task Rule_without_authenticators_lets_nobody_pass()
    {
        await RunAsync();

        Assert.False(_passed);
        Assert.Equal(ProxyRefusals.CredentialsMissing, _refusals.Last);
    }

    [Fact]
    public async Task Authenticator_that_throws_lets_nobody_pass()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync([null!]));

        Assert.False(_passed);
    }

    private async Task<ProxiedRequest> RunAsync(params AuthenticationOutcome[] outcomes)
    {
        var (context, request) = Requests.Create();
        var rule = new PreparedRule(Requests.Rule(), [.. outcomes.Select(outcome => new Scripted(outcome))], [], null, [], [], null) { Revision = 1 };
        request.Match = new RuleMatch(PreparedRules.Empty, rule, default);
        await new AuthenticationMiddleware(Pass, _refusals).InvokeAsync(context);
        return request;
    }

    private Task Pass(HttpContext context)
    {
        _passed = true;
        return Task.CompletedTask;
    }

    private sealed class Scripted(AuthenticationOutcome? outcome) : IAuthenticator
    {
        public string Name => "scripted";

        public bool GivesSession => false;

        public ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) =>
            new(outcome ?? throw new InvalidOperationException("the store is gone"));
    }
}
