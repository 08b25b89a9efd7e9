using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Errors.Pages;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Ends;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>Ends the session here, at the Tokenizer and at the provider. Only a page of ours can do that to somebody; a link shows a question.</summary>
internal sealed class LogoutEndpoint(OidcSettings settings, LiveSessions sessions, SessionTerminator terminator, OidcProviders providers, LoginAddresses addresses, LoginAnswers answers, LoginPages pages)
{
    public Task AskAsync(HttpContext context) => pages.ConfirmLogoutAsync(context, addresses.Prefix + "logout");

    public async Task EndAsync(HttpContext context, CancellationToken cancellation)
    {
        var request = context.Proxied().Received;
        if (CrossOriginCheck.Objection(request) is { } objection)
        {
            await answers.RefuseAsync(context, ProxyRefusals.CrossOriginRefused, objection, null);
            return;
        }

        // Each of them, if somebody planted a second one: a person who signs out wants nobody to be signed in here.
        string? providerLogout = null;
        foreach (var cookie in SecretCookies.Read(request.Headers, SecretCookies.Session))
        {
            if (await sessions.FindAsync(cookie, request.Address.Host, cancellation) is SessionLookup.Opened { Session: var session })
            {
                await terminator.EndAsync(session, SessionEndReason.Logout, cancellation);
                providerLogout ??= providers.Find(session.Provider) is { } provider && provider.VouchesFor(session)
                    ? await provider.Client.LogoutAddressAsync(session, cancellation)
                    : null;
            }
        }

        context.Response.Headers.Append("Set-Cookie", SecretCookies.RemovalLine(SecretCookies.Session));
        if (request.Kind == RequestKind.Navigation)
        {
            LoginAnswers.Redirect(context, providerLogout ?? addresses.SignedOutUri);
            return;
        }

        // A script cannot take the browser to the provider; it ends what is ours to end.
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        context.Response.Headers.CacheControl = "no-store";
    }

    public Task GoodbyeAsync(HttpContext context)
    {
        if (settings.AfterLogout is not { } next)
        {
            return pages.SignedOutAsync(context, addresses.Login.Origin + "/");
        }

        LoginAnswers.Redirect(context, next[0] == '/' ? addresses.Login.Origin + next : next);
        return Task.CompletedTask;
    }
}
