using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Errors;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>Sends a browser to the provider, or to the login host which may know it already.</summary>
internal sealed class LoginStarter(
    SessionSettings sessions, LoginAddresses addresses, ReturnAddresses returns, Passages passages, Provider provider, OidcClient client, LoginAnswers answers)
    : ILoginStarter
{
    public bool IsAvailable => true;

    public Task StartAsync(HttpContext context, CancellationToken cancellation) =>
        StartAsync(context, returns.Of(context.Proxied().Received), cancellation);

    /// <summary>Begins a login that leads to <paramref name="destination"/>, an address of ours.</summary>
    public Task StartAsync(HttpContext context, string destination, CancellationToken cancellation)
    {
        var here = context.Proxied().Received.Address;
        return here == addresses.Login
            ? BeginAsync(context, addresses.JourneyTo(destination), cancellation)
            : AskLoginHostAsync(context, Passages.HandOff, new Journey([], destination));
    }

    /// <summary>From the login host to the provider.</summary>
    public async Task BeginAsync(HttpContext context, Journey journey, CancellationToken cancellation)
    {
        if (await provider.FindAsync(cancellation) is not { } metadata)
        {
            await answers.RefuseAsync(context, ProxyRefusals.ProviderUnavailable, "the provider's discovery document cannot be had", journey.Destination);
            return;
        }

        var binding = LoginBinding.Ensure(context, sessions.PendingLogin);
        var (state, ticket) = passages.Seal(
            Passages.Login, sessions.PendingLogin, new Passage(addresses.Login.Origin, LoginBinding.HashOf(binding), journey));
        LoginAnswers.Redirect(context, client.AuthorizationAddress(metadata, state, ticket, binding));
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
