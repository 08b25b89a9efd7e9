using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.OpenIdConnect;

namespace AuthProxy.Proxy.Rehearsal;

/// <summary>Begins no login, and says so by an address that is always the same: the provider's own holds a fresh state each time.</summary>
internal sealed class RehearsedLogin(ProxySettings settings, RuleRehearsal rehearsal) : ILoginStarter
{
    public bool IsAvailable => rehearsal.CanLogIn;

    public Task StartAsync(HttpContext context, CancellationToken cancellation)
    {
        LoginAnswers.Redirect(context, settings.Serve.Proxy.ReservedPrefix + "login");
        return Task.CompletedTask;
    }
}
