using AuthProxy.Proxy.Sanitizing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace AuthProxy.Proxy.Authentication.Tokens;

/// <summary>What stands where a bearer token may stand.</summary>
/// <param name="Text">The token; null where there is none.</param>
/// <param name="IsAmbiguous">There are two.</param>
internal readonly record struct BearerToken(string? Text, bool IsAmbiguous)
{
    public static readonly AuthenticationOutcome.NotMine Missing = new("the request carries no bearer token");
    public static readonly AuthenticationOutcome.Rejected Doubled = new(ProxyRefusals.CredentialsAmbiguous, "the request carries more than one bearer token");
    public static readonly AuthenticationOutcome.NotMine Foreign = new("the token does not begin with the prefix of this authenticator's");

    private const string Scheme = "Bearer ";

    private static readonly BearerToken None = new(null, false);

    // Two of them: whoever reads the other one (an upstream, a log) would see somebody else than we do.
    private static readonly BearerToken Ambiguous = new(null, true);

    /// <summary>Finds the token of a request; never looks at what a web framework parsed.</summary>
    public static BearerToken Find(FrozenRequest request, TokenLocation location) => location switch
    {
        { IsAuthorization: true } => FromAuthorization(request.Headers.Authorization),
        { Header: { } header } => Single(request.Headers[header]),
        { Query: { } query } => Single(QueryHelpers.ParseQuery(request.Target.Query).GetValueOrDefault(query)),
        { Cookie: { } cookie } => FromCookie(request.Headers.Cookie, cookie),
        _ => None,
    };

    /// <summary>Whether it can be a JSON web token at all: an opaque token is no broken one, and somebody else's to decide.</summary>
    public bool LooksLikeJwt => Text is not null && Text.AsSpan().Count('.') == 2;

    private static BearerToken FromAuthorization(StringValues header)
    {
        if (header.Count > 1)
        {
            return Ambiguous;
        }

        return header.Count == 1 && header[0] is { } value && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && value.AsSpan(Scheme.Length).Trim(' ') is { IsEmpty: false } token
            ? new BearerToken(token.ToString(), false)
            : None;
    }

    private static BearerToken FromCookie(StringValues header, string name) => RequestCookies.Find(header, name) switch
    {
        { IsAmbiguous: true } => Ambiguous,
        { Value: { Length: > 0 } value } => new BearerToken(value, false),
        _ => None,
    };

    private static BearerToken Single(StringValues values) => values.Count switch
    {
        0 => None,
        1 when string.IsNullOrEmpty(values[0]) => None,
        1 => new BearerToken(values[0], false),
        _ => Ambiguous,
    };
}
