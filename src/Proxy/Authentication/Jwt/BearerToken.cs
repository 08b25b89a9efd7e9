using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace AuthProxy.Proxy.Authentication.Jwt;

/// <summary>What stands where a bearer token may stand.</summary>
internal readonly record struct BearerToken(string? Text, bool IsAmbiguous)
{
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
            ? new BearerToken(value[Scheme.Length..].Trim(' '), false)
            : None;
    }

    private static BearerToken FromCookie(StringValues header, string name)
    {
        var found = None;
        foreach (var line in header)
        {
            foreach (var range in line.AsSpan().Split(';'))
            {
                var cookie = line.AsSpan(range).Trim();
                var equals = cookie.IndexOf('=');
                if (equals < 0 || !cookie[..equals].SequenceEqual(name))
                {
                    continue;
                }

                if (found.Text is not null)
                {
                    return Ambiguous;
                }

                found = new BearerToken(cookie[(equals + 1)..].ToString(), false);
            }
        }

        return found;
    }

    private static BearerToken Single(StringValues values) => values.Count switch
    {
        0 => None,
        1 when string.IsNullOrEmpty(values[0]) => None,
        1 => new BearerToken(values[0], false),
        _ => Ambiguous,
    };
}
