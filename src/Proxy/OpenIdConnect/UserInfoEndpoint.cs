using System.Diagnostics;
using System.Text.Json;
using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>Tells a page what the session keeps of its person, in the form of OpenID Connect's user information: no token, and nothing of the session itself.</summary>
internal sealed class UserInfoEndpoint(PageSessions pages, PageAnswers page, LoginAnswers answers)
{
    public async Task AnswerAsync(HttpContext context, CancellationToken cancellation)
    {
        if (!await page.MayReadAsync(context))
        {
            return;
        }

        switch (await pages.FindAsync(context.Proxied().Received, cancellation))
        {
            case PageSession.Open { Session.IsGuest: false } open:
                await PageAnswers.WriteAsync(context, json => Write(json, open.Session), cancellation);
                break;
            case PageSession.Open or PageSession.None:
                await answers.RefuseAsync(context, ProxyRefusals.CredentialsMissing, "nobody is signed in", null);
                break;
            case PageSession.Ambiguous:
                await answers.RefuseAsync(context, ProxyRefusals.CredentialsAmbiguous, "the request carries cookies of two living sessions", null);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static void Write(Utf8JsonWriter json, Session session)
    {
        json.WriteString("iss"u8, session.Issuer);
        json.WriteString("sub"u8, session.SubjectId);
        foreach (var claim in session.Claims.EnumerateObject())
        {
            // Who it is says the session; a kept claim of that name can only be the same, or be wrong.
            if (claim.Name is not ("iss" or "sub"))
            {
                claim.WriteTo(json);
            }
        }
    }
}
