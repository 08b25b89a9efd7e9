using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Sessions.Guests;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>
/// Lets people in who have not logged in, on rules that want that. Only a person's own navigation makes a guest: an API client that keeps no
/// cookies would make one with each call, and of a page's requests that go out together each would make another.
/// </summary>
internal sealed class GuestDoor(GuestSessions guests, LoginAddresses addresses, LoginAnswers answers, Journeys journeys, GuestIssuer issuer)
{
    /// <summary>Whether the word of a provider could be taken for ours.</summary>
    public bool IsMistakenFor(OidcProvider provider) => provider.Settings.Issuer == issuer.Value;

    /// <summary>Makes a guest of whoever asks, along with the answer; where a redirect has to come first, that is left to the login.</summary>
    public async ValueTask<AuthenticationOutcome> AdmitAsync(HttpContext context, ProxiedRequest request, string why, CancellationToken cancellation)
    {
        if (Objection(request) is { } objection)
        {
            return new AuthenticationOutcome.NotMine($"{why}, and {objection}");
        }

        switch (await guests.BeginAsync(request.Received.Client, request.Received.Address.Host, cancellation))
        {
            case GuestOutcome.Begun begun:
                GuestCookies.GiveAlong(context.Response, begun.Cookie);
                return new AuthenticationOutcome.Accepted(begun.Session.Subject, ConsumedCredentials.SessionCookie);
            case GuestOutcome.TooMany tooMany:
                request.RateLimit = tooMany.RateLimit;
                return new AuthenticationOutcome.Rejected(ProxyRefusals.RateLimited, "more guests came from this address, or in all, than may");
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>On the login host: makes a guest and sends it to the hosts that need its cookie before a page is shown.</summary>
    public async Task WelcomeAsync(HttpContext context, Journey journey, CancellationToken cancellation)
    {
        var request = context.Proxied();
        switch (await guests.BeginAsync(request.Received.Client, request.Received.Address.Host, cancellation))
        {
            case GuestOutcome.Begun begun:
                context.Response.Headers.Append("Set-Cookie", Sessions.SecretCookies.Line(Sessions.SecretCookies.Session, begun.Cookie.Text));
                LoginAnswers.Redirect(context, journeys.Next(journey));
                return;
            case GuestOutcome.TooMany tooMany:
                tooMany.RateLimit.WriteTo(context.Response.Headers);
                await answers.RefuseAsync(context, ProxyRefusals.RateLimited, "more guests came from this address, or in all, than may", journey.Destination);
                return;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private string? Objection(ProxiedRequest request)
    {
        var received = request.Received;
        return !request.IsForwarded ? "who only asks for a decision cannot be given a cookie"
            : received.Kind != RequestKind.Navigation ? "only a navigation makes a guest"
            : CrossOriginCheck.Objection(received) is { } crossOrigin ? crossOrigin
            : received.Address != addresses.Login ? "guests of this host begin on the login host"
            : addresses.Frames.Count > 0 && HttpMethods.IsGet(received.Method) ? "hosts that stand in frames are visited first"
            : null;
    }
}
