using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>Sends a browser to a provider, or to the login host which may know it already.</summary>
internal sealed class LoginStarter(
    SessionSettings settings, LoginAddresses addresses, ReturnAddresses returns, Passages passages, OidcProviders providers, LiveSessions sessions, GuestDoor guests,
    LoginLimits limits, LoginAnswers answers, TimeProvider clock)
    : ILoginStarter
{
    public bool IsAvailable => true;

    public async Task StartAsync(HttpContext context, CancellationToken cancellation)
    {
        var request = context.Proxied();
        var destination = returns.Of(request.Received);
        var wanted = ProvidersOf(request);
        if (request.WantedAuthentication is not { } authentication)
        {
            // Whoever has a session that does not do here is sent to log in: another guest's session would not do either.
            if (request.Rule is { AdmitsGuests: true } && await FindAsync(request.Received, cancellation) is SessionLookup.None)
            {
                await StartGuestAsync(context, destination, LoginDemand.For(wanted[0]), cancellation);
                return;
            }

            // What the rule will ask for next is asked for at once: nobody signs in twice for one page.
            await StartAsync(context, destination, LoginDemand.For(wanted[0], request.Rule?.Rule.Require?.Authentication), cancellation);
            return;
        }

        // Who is signed in signs in again where they did before.
        var live = (await FindAsync(request.Received, cancellation) as SessionLookup.Live)?.Session;
        var demand = LoginDemand.For(live is null ? wanted[0] : wanted.FirstOrDefault(provider => provider.VouchesFor(live)) ?? wanted[0], authentication);
        if (live is not null && demand.IsMetBy(live, clock.GetUtcNow()))
        {
            // The rule did not look at this session: another one would not be looked at either, for ever.
            await answers.RefuseAsync(context, ProxyRefusals.LoginInsufficient, "the session is all that a login could bring, and another authenticator of the rule went before", null);
            return;
        }

        await StartAsync(context, destination, demand, cancellation);
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

        if (provider.Client.Pushes(metadata) && limits.Refuse(context.Proxied().Received.Client) is { } limit)
        {
            limit.WriteTo(context.Response.Headers);
            await answers.RefuseAsync(context, ProxyRefusals.RateLimited, "more logins began at this address than may", journey.Destination);
            return;
        }

        var binding = LoginBinding.Ensure(context, settings.PendingLogin);
        var (state, ticket) = passages.Seal(
            Passages.Login, settings.PendingLogin, new Passage(addresses.Login.Origin, LoginBinding.HashOf(binding), journey, await GuestOfAsync(context, cancellation)));
        switch (await provider.Client.AskAsync(metadata, journey.Demand, state, ticket, binding, cancellation))
        {
            case AuthorizationRequestOutcome.Ready ready:
                LoginAnswers.Redirect(context, ready.Address);
                break;
            case AuthorizationRequestOutcome.Refused refused:
                await answers.RefuseAsync(context, ProxyRefusals.LoginFailed, refused.Why, journey.Destination);
                break;
            case AuthorizationRequestOutcome.Unavailable unavailable:
                await answers.RefuseAsync(context, ProxyRefusals.ProviderUnavailable, unavailable.Why, journey.Destination);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private IReadOnlyList<OidcProvider> ProvidersOf(ProxiedRequest request)
    {
        var host = request.Received.Address.Host;
        return request.Rule?.Authenticators.OfType<OidcAuthenticator>().FirstOrDefault() is { } authenticator ? authenticator.ProvidersOn(host) : providers.On(host);
    }

    // Null where the store cannot say. It could a moment ago, and a login asks it again before it replaces anything.
    private async ValueTask<SessionLookup?> FindAsync(FrozenRequest received, CancellationToken cancellation)
    {
        try
        {
            return await sessions.FindAsync(received.Headers, received.Address.Host, cancellation);
        }
        catch (SessionStoreException)
        {
            return null;
        }
    }

    /// <summary>From another host of ours to the login host, which answers with a code for this host and browser.</summary>
    public Task AskLoginHostAsync(HttpContext context, string use, Journey journey)
    {
        var binding = LoginBinding.Ensure(context, settings.PendingLogin);
        var passage = new Passage(context.Proxied().Received.Address.Origin, LoginBinding.HashOf(binding), journey);
        var (state, _) = passages.Seal(use, settings.PendingLogin, passage);
        LoginAnswers.Redirect(context, $"{addresses.At(addresses.Login.Origin, "hand-off")}?state={state}");
        return Task.CompletedTask;
    }

    private Task StartGuestAsync(HttpContext context, string destination, LoginDemand demand, CancellationToken cancellation) =>
        context.Proxied().Received.Address == addresses.Login
            ? guests.WelcomeAsync(context, addresses.JourneyOfGuest(destination, demand), cancellation)
            : AskLoginHostAsync(context, Passages.GuestHandOff, new Journey([], destination, demand));

    /// <summary>The guest that begins to log in: only what this one holds may pass over to whoever comes back.</summary>
    private async ValueTask<string> GuestOfAsync(HttpContext context, CancellationToken cancellation) =>
        await FindAsync(context.Proxied().Received, cancellation) is SessionLookup.Guest { Session.Sid: var sid } ? sid : "";
}

/// <summary>Stands where no provider is configured.</summary>
internal sealed class NoLogin : ILoginStarter
{
    public bool IsAvailable => false;

    public Task StartAsync(HttpContext context, CancellationToken cancellation) =>
        throw new InvalidOperationException("No provider is configured.");
}
