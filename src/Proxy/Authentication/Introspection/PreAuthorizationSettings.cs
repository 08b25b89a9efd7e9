using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Authentication.Introspection;

/// <summary>The client that introspection is asked as. Oathkeeper's keys mean what they mean there.</summary>
/// <param name="Enabled">Whether it is asked as a client at all.</param>
/// <param name="ClientId">The client's id.</param>
/// <param name="ClientSecret">Its secret.</param>
/// <param name="TokenUrl">Where it gets its access token.</param>
/// <param name="Audience">What the token is for; empty for what the server thinks.</param>
/// <param name="Scope">The scopes that the token is asked for with.</param>
internal sealed record PreAuthorizationSettings(bool Enabled, string ClientId, Secret? ClientSecret, Uri? TokenUrl, string Audience, IReadOnlyList<string> Scope)
{
    public static readonly Schema<PreAuthorizationSettings> Schema = Declare.Object<PreAuthorizationSettings>("pre_authorization", "Asks with an access token of the Proxy's own (client credentials).", o =>
    {
        var enabled = o.Boolean("enabled", "Whether the introspection endpoint is asked with an access token.").Default(false);
        var id = o.Text("client_id", "The client's id.").Default("");
        var secret = o.Secret("client_secret", "The client's secret; from a file it is read anew for each token.").Optional();
        var tokenUrl = o.ServiceUrl("token_url", "Where the client gets its access token.").Optional();
        var audience = o.Text("audience", "What the token is for.").Default("");
        var scope = o.List("scope", Declare.Text, "Scopes that the token is asked for with.");
        return read =>
        {
            var settings = new PreAuthorizationSettings(read.Get(enabled), read.Get(id), read.Get(secret), read.Get(tokenUrl), read.Get(audience), read.Get(scope));
            if (settings is { Enabled: true } and not { ClientId.Length: > 0, ClientSecret: not null, TokenUrl: not null })
            {
                read.Fault("is enabled and lacks client_id, client_secret or token_url");
            }

            return settings;
        };
    });

    /// <summary>The part of an identity that tells uses with other settings apart.</summary>
    public IEnumerable<string?> Identity => Enabled ? [ClientId, ClientSecret!.Reveal(), ClientSecret.File, TokenUrl!.OriginalString, Audience, $"{Scope.Count}", .. Scope] : [null];
}
