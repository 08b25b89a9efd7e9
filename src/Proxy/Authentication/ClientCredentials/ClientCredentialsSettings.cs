using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Authentication.ClientCredentials;

/// <summary>Where clients' ids and secrets are tried. Oathkeeper's keys mean what they mean there.</summary>
/// <param name="TokenUrl">The token endpoint.</param>
/// <param name="RequiredScope">The scopes that are asked for.</param>
/// <param name="Retry">How long and how often it is asked.</param>
/// <param name="Cache">Whether good credentials are remembered.</param>
/// <param name="ForwardCredentials">Whether the upstream sees them; null: no in our form, yes in Oathkeeper's.</param>
internal sealed record ClientCredentialsSettings(Uri TokenUrl, IReadOnlyList<string> RequiredScope, RetrySettings Retry, AnswerCacheSettings Cache, bool? ForwardCredentials)
{
    public const string UrlKey = "token_url";

    public static readonly Schema<ClientCredentialsSettings> Schema = Declare.Object<ClientCredentialsSettings>(
        "oauth2_client_credentials", "Accepts a client's id and secret (HTTP Basic) where a token endpoint grants a token for them.", o =>
    {
        var url = o.ServiceUrl(UrlKey, "The token endpoint that knows the clients.");
        var scope = o.List("required_scope", Declare.Text, "Scopes that are asked for; a client that may not have them all is refused there.");
        var retry = o.Object("retry", RetrySettings.Schema, "How long and how often the endpoint is asked.");
        var cache = o.Object("cache", AnswerCacheSettings.Schema("max_tokens", 1000), "Whether good credentials are remembered; wrong ones never are.");
        var forward = o.Boolean("forward_credentials", "Whether the upstream sees id and secret: in our rules no, in Oathkeeper's yes, unless this says otherwise.").Optional();
        return read => new ClientCredentialsSettings(read.Get(url), read.Get(scope), read.Get(retry), read.Get(cache), read.Get(forward));
    });
}
