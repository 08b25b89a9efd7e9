using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authentication.Anonymous;
using AuthProxy.Proxy.Authentication.Noop;
using AuthProxy.Proxy.Authentication.Unauthorized;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Tests.Authentication;

public class SimpleAuthenticatorTests
{
    [Fact]
    public async Task Anonymous_accepts_who_brings_no_credentials_under_the_configured_name()
    {
        var accepted = Assert.IsType<AuthenticationOutcome.Accepted>(await AskAsync(new AnonymousAuthenticatorKind(Requests.Settings()), "{ subject: guest }"));

        Assert.Equal("guest", accepted.Subject.Id);
        Assert.Equal("http://127.0.0.1:4456", accepted.Subject.Issuer);
        Assert.Null(accepted.Subject.Session);
    }

    [Fact]
    public async Task Anonymous_does_not_hide_credentials_that_somebody_else_must_judge() =>
        Assert.IsType<AuthenticationOutcome.NotMine>(await AskAsync(new AnonymousAuthenticatorKind(Requests.Settings()), "{}", ("Authorization", "Basic eDp5")));

    [Fact]
    public async Task Noop_accepts_everybody_as_nobody()
    {
        var accepted = Assert.IsType<AuthenticationOutcome.Accepted>(await AskAsync(new NoopAuthenticatorKind(Requests.Settings()), "{}", ("Authorization", "x")));

        Assert.Equal("", accepted.Subject.Id);
        Assert.Equal(ConsumedCredentials.None, accepted.Consumed);
    }

    [Fact]
    public async Task Unauthorized_accepts_nobody() =>
        Assert.Equal(ProxyRefusals.CredentialsInvalid, Assert.IsType<AuthenticationOutcome.Rejected>(await AskAsync(new UnauthorizedAuthenticatorKind(), "{}")).Refusal);

    [Fact]
    public void Unknown_key_of_a_handler_without_settings_is_a_fault()
    {
        var use = Requests.Use("{ subject: guest }");

        Assert.Null(new NoopAuthenticatorKind(Requests.Settings()).Prepare(use));
        Assert.Contains("subject", use.Faults.Single().ToString(), StringComparison.Ordinal);
    }

    private static async Task<AuthenticationOutcome> AskAsync(IHandlerKind<IAuthenticator> kind, string config, params (string Name, string Value)[] headers)
    {
        var (context, request) = Requests.Create(headers: headers);
        return await kind.Prepare(Requests.Use(config))!.AuthenticateAsync(context, request, CancellationToken.None);
    }
}
