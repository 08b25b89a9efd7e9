using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Remotes;
using AuthProxy.Proxy.Sanitizing;
using AuthProxy.Rules;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AuthProxy.Proxy.Authentication.SessionChecks;

/// <param name="Check">How the service is asked.</param>
/// <param name="Only">The cookies that make a request this authenticator's business; empty: any at all.</param>
internal sealed record CookieSessionSettings(SessionCheckSettings Check, IReadOnlyList<string> Only)
{
    public static readonly Schema<CookieSessionSettings> Schema = Declare.Object<CookieSessionSettings>("cookie_session", "Asks a service whether the session that the request's cookies name is good.", o =>
    {
        var check = SessionCheckSettings.DeclareKeys(o, "subject");
        var only = o.List("only", Declare.Text, "Cookies that make a request this authenticator's business; without the key any cookie at all, which only Oathkeeper's rules may say.")
            .Must(names => names.All(ServiceHeaders.IsName), "write cookie names of letters, digits, - and _")
            .Must(names => !names.Any(OwnCookies.Sets), "leave out the Proxy's own cookies; the authenticator oidc reads them");
        return read => new CookieSessionSettings(check(read), read.Get(only));
    });
}

/// <summary>Asks a service whether the session that the request's cookies name is good.</summary>
internal sealed class CookieSessionAuthenticator(CookieSessionSettings settings, RuleForm form, SessionCheck check) : IAuthenticator
{
    private static readonly AuthenticationOutcome.NotMine NoCookie = new("the request carries none of the cookies");
    private static readonly AuthenticationOutcome.Rejected TwoCookies = new(ProxyRefusals.CredentialsAmbiguous, "the request carries a session cookie twice");

    private readonly IReadOnlyList<string> _consumed = settings.Check.ForwardsCredentials(form) ? [] : settings.Only;

    public string Name => CookieSessionAuthenticatorKind.KindName;

    // The service's session is not ours: nobody tells us when it ends.
    public bool GivesSession => false;

    public ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) =>
        Find(OwnCookies.Without(request.Received.Headers.Cookie)) switch
        {
            { IsAmbiguous: true } => new(TwoCookies),
            { Value: null } => new(NoCookie),
            _ => AskAsync(request, cancellation),
        };

    private (string? Value, bool IsAmbiguous) Find(StringValues cookies)
    {
        if (settings.Only.Count == 0)
        {
            return (StringValues.IsNullOrEmpty(cookies) ? null : cookies.ToString(), false);
        }

        (string? Value, bool IsAmbiguous) found = default;
        foreach (var name in settings.Only)
        {
            var cookie = RequestCookies.Find(cookies, name);
            if (cookie.IsAmbiguous)
            {
                return cookie;
            }

            found = cookie.Value is null ? found : cookie;
        }

        return found;
    }

    private ValueTask<AuthenticationOutcome> AskAsync(ProxiedRequest request, CancellationToken cancellation) =>
        check.AskAsync(request, subject => new AuthenticationOutcome.Accepted(subject, ConsumedCredentials.Cookies) { Cookies = _consumed }, cancellation);
}

internal sealed class CookieSessionAuthenticatorKind(SessionCheckFactory checks) : IHandlerKind<IAuthenticator>
{
    public const string KindName = "cookie_session";

    public string Name => KindName;

    public Schema Schema => CookieSessionSettings.Schema;

    public IReadOnlyList<string> Destinations { get; } = [SessionCheckSettings.UrlKey];

    public IAuthenticator? Prepare(HandlerPreparation preparation)
    {
        var before = preparation.Faults.Count;
        if (!preparation.TryRead(CookieSessionSettings.Schema, out var settings))
        {
            return null;
        }

        settings.Check.Check(preparation);
        if (preparation.Form == RuleForm.AuthProxy && settings.Only.Count == 0)
        {
            preparation.Fault("names no cookies (only): the application's own would be sent to the session service and kept from the application");
        }

        return preparation.Faults.Count == before ? new CookieSessionAuthenticator(settings, preparation.Form, checks.Create(settings.Check, HeaderNames.Cookie)) : null;
    }
}
