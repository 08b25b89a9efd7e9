using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>Our own endpoints, below a prefix that no rule can match.</summary>
internal sealed class LoginEndpoints(
    LoginAddresses addresses, ReturnAddresses returns, OidcProviders providers, LoginStarter starter, CallbackEndpoint callback, HandOffEndpoints handOff, LogoutEndpoint logout,
    SessionEndpoint session, UserInfoEndpoint userInfo, LiveSessions sessions, LoginAnswers answers)
{
    /// <summary>Answers a request to one of the endpoints; <paramref name="name"/> is what follows the prefix in the path.</summary>
    public async Task HandleAsync(HttpContext context, string name, CancellationToken cancellation)
    {
        try
        {
            await DispatchAsync(context, name, cancellation);
        }
        catch (SessionStoreException fault)
        {
            await answers.RefuseAsync(context, ProxyRefusals.SessionStoreUnavailable, fault.Message, null);
        }
    }

    private Task DispatchAsync(HttpContext context, string name, CancellationToken cancellation)
    {
        var request = context.Proxied().Received;
        var reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        var atLoginHost = request.Address == addresses.Login;
        if (atLoginHost && LoginAddresses.ProviderOfCallback(name) is { } named && providers.Find(named) is { } provider)
        {
            return HttpMethods.IsGet(request.Method) ? OfNavigation((here, _) => callback.HandleAsync(here, provider, cancellation)) : NotAllowed();
        }

        return (name, atLoginHost) switch
        {
            ("login", _) => reads ? OfNavigation(LoginAsync) : NotAllowed(),
            ("hand-off", true) => reads ? OfNavigation(handOff.HandOffAsync) : NotAllowed(),
            ("join", false) => reads ? OfNavigation((here, _) => handOff.JoinAsync(here)) : NotAllowed(),
            ("accept", false) => HttpMethods.IsGet(request.Method) ? OfNavigation(handOff.AcceptAsync) : NotAllowed(),
            ("logout", _) when HttpMethods.IsPost(request.Method) => logout.EndAsync(context, cancellation),
            ("logout", _) => reads ? logout.AskAsync(context) : NotAllowed(),
            ("signed-out", _) => reads ? logout.GoodbyeAsync(context) : NotAllowed(),
            ("session", _) => reads || IsPostOrPreflight(request) ? session.AnswerAsync(context, cancellation) : NotAllowed(),
            ("userinfo", _) => reads || HttpMethods.IsOptions(request.Method) ? userInfo.AnswerAsync(context, cancellation) : NotAllowed(),
            (var other, _) when reads && LoginAddresses.ProviderOfLogout(other) is not null => NotAllowed(),
            _ => answers.RefuseAsync(context, ProxyRefusals.EndpointUnknown, "there is no such endpoint on this host", null),
        };

        // A script or an image would only follow the redirects into nowhere, and leave a login behind that nobody finishes.
        Task OfNavigation(Func<HttpContext, CancellationToken, Task> endpoint) => request.Kind == RequestKind.Navigation
            ? endpoint(context, cancellation)
            : answers.RefuseAsync(context, ProxyRefusals.CredentialsMissing, "only a navigation can log in", null);

        Task NotAllowed() => answers.RefuseAsync(context, ProxyRefusals.MethodNotAllowed, "the endpoint does not know the method", null);
    }

    // Pages of other origins ask first, where any are listed.
    private static bool IsPostOrPreflight(FrozenRequest request) => HttpMethods.IsPost(request.Method) || HttpMethods.IsOptions(request.Method);

    private async Task LoginAsync(HttpContext context, CancellationToken cancellation)
    {
        var request = context.Proxied().Received;
        var query = QueryParameters.Parse(request.Target.Query);
        if (query.HasRepeated("return_to", "provider") || returns.Resolve(query["return_to"], request.Address) is not { } destination)
        {
            await answers.RefuseAsync(context, ProxyRefusals.ReturnAddressRefused, "return_to leads to none of our public hosts", null);
            return;
        }

        if ((query["provider"] is { } name ? providers.Find(name) : providers.On(ReturnAddresses.HostOf(destination))[0]) is not { } provider)
        {
            await answers.RefuseAsync(context, ProxyRefusals.ProviderUnknown, "the query names a provider that is not configured", destination);
            return;
        }

        if (await sessions.FindAsync(request.Headers, request.Address.Host, cancellation) is SessionLookup.Live live)
        {
            // Whoever names no provider is content with any session; what the page thinks of it is the page's rule to say.
            if (query["provider"] is null || provider.VouchesFor(live.Session))
            {
                LoginAnswers.Redirect(context, destination);
                return;
            }

            // A provider that still knows the person asks nothing: a link somewhere would change who they are here without a word.
            if (CrossOriginCheck.IsFromAnotherSite(request))
            {
                await answers.RefuseAsync(context, ProxyRefusals.CrossOriginRefused, "a page of another site wants to replace the session by one of another provider", destination);
                return;
            }
        }

        await starter.StartAsync(context, destination, LoginDemand.For(provider), cancellation);
    }
}
