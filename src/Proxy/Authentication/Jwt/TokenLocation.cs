using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Authentication.Jwt;

/// <summary>Where a request carries a bearer token; exactly one place.</summary>
/// <param name="Header">A header's name.</param>
/// <param name="Query">A query parameter's name.</param>
/// <param name="Cookie">A cookie's name.</param>
internal sealed record TokenLocation(string? Header, string? Query, string? Cookie)
{
    public static readonly TokenLocation Authorization = new("Authorization", null, null);

    public static readonly Schema<TokenLocation> Schema = Declare.Object<TokenLocation>("token_from", "Where the token stands; write one of the keys.", o =>
    {
        var header = o.Text("header", "A header; of Authorization the scheme Bearer is taken off, every other is taken as it is.").NotEmpty("name the header").Optional();
        var query = o.Text("query_parameter", "A query parameter; it ends in logs and histories, so only Oathkeeper's rules may.").NotEmpty("name the parameter").Optional();
        var cookie = o.Text("cookie", "A cookie; it has no protection against other origins, so only Oathkeeper's rules may.").NotEmpty("name the cookie").Optional();
        return read =>
        {
            if (new[] { read.Get(header), read.Get(query), read.Get(cookie) }.Count(name => name is not null) != 1)
            {
                read.Fault("names no place or more than one; write one of header, query_parameter and cookie");
            }

            return new TokenLocation(read.Get(header), read.Get(query), read.Get(cookie));
        };
    });

    public bool IsAuthorization => string.Equals(Header, "Authorization", StringComparison.OrdinalIgnoreCase);
}
