using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.OpenIdConnect.Claims;

namespace AuthProxy.Proxy.Configuration;

/// <summary>The keys of one provider: the only one writes them without a name, several under theirs.</summary>
internal sealed class OidcProviderKeys
{
    // What the login itself decides; a fixed value would switch a protection off.
    private static readonly string[] OwnParameters =
        ["client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "code_challenge", "code_challenge_method", "request", "request_uri"];

    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    private static readonly Schema<ClaimPath> Path = Declare.Text.Select((text, node, faults) =>
    {
        var path = ClaimPath.Parse(text);
        if (path is null)
        {
            faults.Add(node, "leads nowhere; write a claim's name, a dotted path such as realm_access.roles, or a JSON pointer such as /realm_access/roles");
        }

        return path;
    });

    private readonly Setting<string?> _issuer;
    private readonly Setting<string?> _clientId;
    private readonly OidcClientKeys _client;
    private readonly Setting<IReadOnlyList<string>> _scopes;
    private readonly Setting<IReadOnlyList<string>> _algorithms;
    private readonly Setting<TimeSpan> _skew;
    private readonly Setting<TimeSpan> _timeout;
    private readonly Setting<IReadOnlyDictionary<string, string>> _parameters;
    private readonly Setting<OidcPushedAuthorization> _pushed;
    private readonly Setting<IReadOnlyList<string>> _acr;
    private readonly Setting<IReadOnlyList<string>> _prompt;
    private readonly Setting<TimeSpan?> _maximumAge;
    private readonly Setting<IReadOnlyList<string>> _claims;
    private readonly Setting<IReadOnlyDictionary<string, ClaimPath>> _mapping;
    private readonly Setting<bool> _userInfo;
    private readonly Setting<RefreshSettings> _refresh;
    private readonly Setting<bool> _revoke;
    private readonly Setting<IReadOnlyList<string>>? _hosts;

    /// <param name="o">Where they are declared.</param>
    /// <param name="isOnlyOne">Whether they stand beside the keys that all providers share, and may be absent there.</param>
    public OidcProviderKeys(ObjectDeclaration o, bool isOnlyOne)
    {
        var issuer = o.Text("issuer", "The provider's issuer, compared character for character; its metadata is found at /.well-known/openid-configuration below it.")
            .Must(text => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http", "write an absolute https address")
            .Must(text => !Uri.TryCreate(text, UriKind.Absolute, out var url) || !Loopback.CouldBeRead(url), "write https (plain http is for loopback only)");
        var clientId = o.Text("client_id", "This Proxy's name at the provider.").NotEmpty("name the client");
        _issuer = OptionalIf(isOnlyOne, issuer);
        _clientId = OptionalIf(isOnlyOne, clientId);
        _client = new OidcClientKeys(o);
        _scopes = o.List("scopes", Declare.Text, "What is asked of the provider; openid is always added.").DefaultItems("openid", "profile", "email");
        _algorithms = o.List("allowed_algorithms", Declare.Text, "Signatures of ID tokens that are believed.").DefaultItems("RS256", "ES256", "PS256")
            .Must(list => list.Count > 0 && list.All(Algorithms.Contains), "name at least one of RS, PS and ES with 256, 384 or 512");
        _skew = o.Duration("clock_skew", "Clock difference tolerated between the provider and us.").Default("30s").AtMost("5m");
        _timeout = o.Duration("timeout", "How long one answer of the provider may take.").Default("10s").AtLeast("1s").AtMost("1m");
        _parameters = o.Map("authorization_parameters", "parameter", Declare.Text, "Sent along with every authorization request.")
            .Must(map => !map.Keys.Any(OwnParameters.Contains), "leave out what the login itself decides (client_id, redirect_uri, scope, state, nonce, …)");
        _pushed = o.Choice("pushed_authorization", "Whether a login is announced to the provider beforehand (RFC 9126), so that the browser carries nothing of it: auto does so where the provider takes no other.",
            ("auto", OidcPushedAuthorization.Auto), ("require", OidcPushedAuthorization.Require), ("off", OidcPushedAuthorization.Off)).Default("auto");
        _acr = o.List("acr_values", Declare.Text, "How people shall sign in, the most wanted first. A wish: only require in a rule insists.")
            .Must(list => list.All(value => value.Length > 0 && !value.Contains(' ', StringComparison.Ordinal)), "write values without spaces");
        _prompt = o.List("prompt", Declare.Choice(("login", "login"), ("consent", "consent"), ("select_account", "select_account"), ("create", "create")),
            "What the provider shall ask of people who log in, whatever it knows of them already.");
        _maximumAge = o.Duration("max_age", "The longest time since people signed in at the provider: then they sign in there again, and the provider has to say when they did.").AtMost("8760h").Optional();
        _claims = o.List("claims", Declare.Text, "The provider's claims that the session keeps; without the key all that say something of the person.");
        _mapping = o.Map("claims_mapping", "claim", Path, "Claims that are fetched from another place, by the name that they get: groups: realm_access.roles. What the provider sends under such a name itself does not count.")
            .Must(map => map.Keys.All(KeptClaims.MayBeMapped), "leave out what decides about tokens and logins (iss, sub, sid, acr, auth_time, …)");
        _userInfo = o.Choice("user_info", "Whether the provider's user info endpoint is asked for claims that the ID token does not hold, at each login.",
            ("never", false), ("always", true)).Default("never");
        _refresh = o.Object("refresh", RefreshSettings.Schema, "How the provider's tokens are kept fresh, where it gives refresh tokens.");
        _revoke = o.Boolean("revoke_tokens", "Whether the refresh token of a session that ends is revoked at the provider, where that names a revocation_endpoint. Not for providers that then end all that the person has at this client.")
            .Default(true);
        if (!isOnlyOne)
        {
            _hosts = o.List("hosts", Declare.Text, "The hosts of serve.proxy.public_urls on which people log in at this provider, unless a rule names another.");
        }

        All = [.. _client.All, .. new Setting?[] { _issuer, _clientId, _scopes, _algorithms, _skew, _timeout, _parameters, _pushed, _acr, _prompt, _maximumAge, _claims, _mapping, _userInfo, _refresh, _revoke, _hosts }.OfType<Setting>()];
    }

    public IReadOnlyList<Setting> All { get; }

    /// <summary>The provider; for the only one with what is missing told, for nothing else requires it there.</summary>
    public OidcProviderSettings Read(ObjectReading read, string name)
    {
        foreach (var required in new Setting<string?>[] { _issuer, _clientId }.Where(setting => read.Get(setting) is null))
        {
            read.Fault(required, "is missing; write text");
        }

        return new OidcProviderSettings(
            name, read.Get(_issuer) ?? "", _client.Read(read, read.Get(_clientId) ?? ""),
            [.. read.Get(_scopes).Prepend("openid").Distinct(StringComparer.Ordinal)], read.Get(_algorithms), read.Get(_skew), read.Get(_timeout),
            read.Get(_parameters), read.Get(_pushed), read.Get(_acr), read.Get(_prompt), read.Get(_maximumAge),
            new OidcClaimSettings(read.Get(_claims), read.Get(_mapping), read.Get(_userInfo)), _hosts is null ? [] : read.Get(_hosts))
        {
            Refresh = read.Get(_refresh),
            RevokeTokens = read.Get(_revoke),
        };
    }

    private static Setting<string?> OptionalIf(bool optional, Setting<string> setting)
    {
        if (optional)
        {
            return setting.Optional();
        }

        return setting!;
    }
}
