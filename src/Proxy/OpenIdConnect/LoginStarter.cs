using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Errors;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>Sends a browser to a provider, or to the login host which may know it already.</summary>
internal sealed class LoginStarter(
    SessionSettings sessions, LoginAddresses addresses, ReturnAddresses returns, Passages passages, OidcProviders providers, LoginAnswers answers)
    : ILoginStarter
{
    public bool IsAvailable => true;

    public Task StartAsync(HttpContext context, CancellationToken cancellation)
    {
        var request = context.Proxied();
        var wanted = request.Rule?.Authenticators.OfType<OidcAuthenticator>().FirstOrDefault() is { } authenticator
            ? authenticator.ProvidersOn(request.Received.Address.Host)
            : providers.On(request.Received.Address.Host);
        return StartAsync(context, returns.Of(request.Received), LoginDemand.For(wanted[0]), cancellation);
    }

    /// <summary>Begins a login that leads to <paramref name="destination"/>, an address of ours.</summary>
    public Task StartAsync(HttpContext context, string destination, LoginDemand demand, CancellationToken cancellation)
    {
        var here = context.Proxied().Received.Address;
        return here == addresses.Login
            ? BeginAsync(context, addresses.JourneyTo(destination, demand), cancellation)
            : AskLoginHostAsync(context, Passages.HandOff, new Journey([], destination, demand));
    }

    /// <summary>From the login host to the provider.</summary>
    public async Task BeginAsync(HttpContext context, Journey journey, CancellationToken cancellation)
    {
        if (providers.Find(journey.Demand.Provider) is not { } provider || provider.Settings.Issuer != journey.Demand.Issuer)
        {
            // Another proxy of the realm asked, or the configuration has changed since.
            await answers.RefuseAsync(context, ProxyRefusals.LoginFailed, "the provider that was asked for is not configured on the login host", journey.Destination);
            return;
        }

        if (await provider.Discovery.FindAsync(cancellation) is not { } metadata)
        {
            await answers.RefuseAsync(context, ProxyRefusals.ProviderUnavailable, "the provider's discovery document cannot be had", journey.Destination);
            return;
        }

        var binding = LoginBinding.Ensure(context, sessions.PendingLogin);
        var (state, ticket) = passages.Seal(
            Passages.Login, sessions.PendingLogin, new Passage(addresses.Login.Origin, LoginBinding.HashOf(binding), journey));
        LoginAnswers.Redirect(context, provider.Client.AuthorizationAddress(metadata, state, ticket, binding));
    }

    /// <summary>From another host of ours to the login host, which answers with a code for this host and browser.</summary>
    public Task AskLoginHostAsync(HttpContext context, string use, Journey journey)
    {
        var binding = LoginBinding.Ensure(context, sessions.PendingLogin);
        var passage = new Passage(context.Proxied().Received.Address.Origin, LoginBinding.HashOf(binding), journey);
        var (state, _) = passages.Seal(use, sessions.PendingLogin, passage);
        LoginAnswers.Redirect(context, $"{addresses.At(addresses.Login.Origin, "hand-off")}?state={state}");
        return Task.CompletedTask;
    }
}

/// <summary>Stands where no provider is configured.</summary>
internal sealed class NoLogin : ILoginStarter
{
    public bool IsAvailable => false;

    public Task StartAsync(HttpContext context, CancellationToken cancellation) =>
        throw new InvalidOperationException("No provider is configured.");
}
