using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Remotes;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Authentication.Tokens;

/// <summary>Where a request carries a bearer token; exactly one place.</summary>
/// <param name="Header">A header's name.</param>
/// <param name="Query">A query parameter's name.</param>
/// <param name="Cookie">A cookie's name.</param>
internal sealed record TokenLocation(string? Header, string? Query, string? Cookie)
{
    public static readonly TokenLocation Authorization = new("Authorization", null, null);

    public static readonly Schema<TokenLocation> Schema = Declare.Object<TokenLocation>("token_from", "Where the token stands; write one of the keys.", o =>
    {
        var header = o.Text("header", "A header; of Authorization the scheme Bearer is taken off, every other is taken as it is.").Must(ServiceHeaders.IsName, "name the header").Optional();
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

    /// <summary>Accepts who brought the token here.</summary>
    /// <param name="subject">Who that is.</param>
    /// <param name="travelsOn">Whether the upstream sees the token.</param>
    public AuthenticationOutcome.Accepted Accept(Subject subject, bool travelsOn) => this switch
    {
        { Cookie: { } cookie } => new(subject, ConsumedCredentials.Cookies) { Cookies = travelsOn ? [] : [cookie] },
        _ when travelsOn => new(subject),
        { IsAuthorization: true } => new(subject, ConsumedCredentials.Authorization),
        { Header: not null } => new(subject, ConsumedCredentials.Header, Header),

        // The query goes upstream as it was matched; only Oathkeeper's rules take tokens from it.
        _ => new(subject),
    };

    /// <summary>Tells the fault of a rule of ours that takes tokens from where others get at them.</summary>
    public void Check(HandlerPreparation preparation)
    {
        if (preparation.Form == RuleForm.AuthProxy && Header is null)
        {
            preparation.Fault("takes the token from where other origins or logs can get at it; write token_from.header");
        }
    }

    public bool IsAuthorization => string.Equals(Header, "Authorization", StringComparison.OrdinalIgnoreCase);
}
