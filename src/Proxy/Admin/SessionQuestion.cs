using System.Globalization;
using AuthProxy.Proxy.OpenIdConnect;
using Microsoft.AspNetCore.Http.Features;

namespace AuthProxy.Proxy.Admin;

/// <summary>Which sessions an operator wants to see.</summary>
/// <param name="Issuer">Who vouches for the subject, or whose session it is; null for all sessions.</param>
/// <param name="Subject">The subject.</param>
/// <param name="ProviderSession">The session at the provider.</param>
/// <param name="Limit">How many at most.</param>
/// <param name="After">Where the page begins.</param>
internal sealed record SessionQuestion(string? Issuer, string? Subject, string? ProviderSession, int Limit, string? After)
{
    private const int DefaultLimit = 50;
    private const int LargestLimit = 1000;

    /// <summary>Null where a parameter is malformed, came twice or contradicts another.</summary>
    public static SessionQuestion? Read(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        var query = QueryParameters.Parse(mark < 0 ? "" : target[mark..]);
        var limit = DefaultLimit;
        if (query.HasRepeated("issuer", "subject", "provider_session", "limit", "after")
            || (query["limit"] is { } text && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit)) || limit == 0)
        {
            return null;
        }

        var question = new SessionQuestion(query["issuer"], query["subject"], query["provider_session"], Math.Min(limit, LargestLimit), query["after"]);
        return question switch
        {
            { Issuer: null, Subject: null, ProviderSession: null } => question,
            { Issuer.Length: > 0, Subject.Length: > 0, ProviderSession: null } or { Issuer.Length: > 0, Subject: null, ProviderSession.Length: > 0 } => question,
            _ => null,
        };
    }
}
