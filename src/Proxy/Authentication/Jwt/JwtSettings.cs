using System.Diagnostics.CodeAnalysis;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Jose;
using AuthProxy.Proxy.Authentication.Tokens;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.Authentication.Jwt;

/// <summary>Which JSON web tokens are believed. Keys that Oathkeeper has mean what they mean there.</summary>
/// <param name="JwksUrls">Where the issuers' keys are: http(s) addresses and file:// paths. All are searched.</param>
/// <param name="AllowedAlgorithms">Signatures that are believed, bound to the type of the key.</param>
/// <param name="TrustedIssuers">Issuers whose tokens are believed, compared character for character.</param>
/// <param name="TargetAudience">All of these must be in the token's <c>aud</c>.</param>
/// <param name="RequiredScope">All of these must be granted.</param>
/// <param name="ScopeStrategy">How granted scopes cover required ones; null: exact in our form, none in Oathkeeper's.</param>
/// <param name="TokenFrom">Where the token stands.</param>
/// <param name="ClockSkew">Clock difference tolerated between the issuer and us.</param>
/// <param name="ForwardCredentials">Whether the upstream sees the token; null: no in our form, yes in Oathkeeper's.</param>
/// <param name="OnVaultHost">Whether rules towards the Tokenizer may believe bearer tokens.</param>
/// <param name="JwksLifetime">How long fetched keys are fresh.</param>
/// <param name="JwksPatience">How long a request waits for keys that are not there yet.</param>
internal sealed record JwtSettings(
    IReadOnlyList<string> JwksUrls,
    IReadOnlyList<string> AllowedAlgorithms,
    IReadOnlyList<string> TrustedIssuers,
    IReadOnlyList<string> TargetAudience,
    IReadOnlyList<string> RequiredScope,
    ScopeStrategy? ScopeStrategy,
    TokenLocation TokenFrom,
    TimeSpan ClockSkew,
    bool? ForwardCredentials,
    bool OnVaultHost,
    TimeSpan JwksLifetime,
    TimeSpan JwksPatience)
{
    private static readonly Schema<string> KeyAddress = Declare.Scalar<string>("URL", "an address of keys", (string text, [MaybeNullWhen(false)] out string value, [NotNullWhen(false)] out string? why) =>
    {
        value = text;
        why = IsBucket(text) ? "object stores are not read; give the https address of the issuer's keys, or mount them as a file (file://…)"
            : text.StartsWith("file://", StringComparison.OrdinalIgnoreCase) || (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http") ? null
            : "write https://…, http://… or file://…";
        return why is null;
    });

    public static readonly Schema<JwtSettings> Schema = Declare.Object<JwtSettings>("jwt", "Believes a signed JSON web token.", o =>
    {
        var jwksUrls = o.List("jwks_urls", KeyAddress, "Where the issuers' keys are: http(s) addresses and file:// paths; all are searched.")
            .NotEmpty("name at least one address");
        var algorithms = o.List("allowed_algorithms", Declare.Text, "Signatures that are believed; each is bound to its type of key.").DefaultItems("RS256")
            .Must(list => list.Count > 0 && list.All(JwtAlgorithms.IsKnown), "name RS, PS and ES algorithms, in Oathkeeper's rules also HS256, HS384 and HS512");
        var issuers = o.List("trusted_issuers", Declare.Text, "Issuers whose tokens are believed, compared character for character.");
        var audience = o.List("target_audience", Declare.Text, "All of these must be in the token's audience.");
        var scope = o.List("required_scope", Declare.Text, "All of these scopes must be granted.");
        var strategy = o.Choice("scope_strategy", "How granted scopes cover required ones; without the key exact in our rules, none in Oathkeeper's.",
            ScopeStrategies.Words).Optional();
        var tokenFrom = o.Value("token_from", TokenLocation.Schema, "Where the token stands; without the key in the Authorization header.").Optional();
        var skew = o.Duration("clock_skew", "Clock difference tolerated between the issuer and us.").Default("30s").AtMost("5m");
        var forward = o.Boolean("forward_credentials", "Whether the upstream sees the token: never in our rules, in Oathkeeper's unless this says no.").Optional();
        var onVaultHost = o.Boolean("on_vault_host", "Whether rules towards the Tokenizer may believe bearer tokens, whose holder is no browser with a session.").Default(false);
        var lifetime = o.Duration("jwks_ttl", "How long fetched keys are fresh; unknown key ids are looked up earlier, at a bounded rate.").Default("10m").AtLeast("1s").AtMost("24h");
        var patience = o.Duration("jwks_max_wait", "How long a request waits for keys that are not there yet; once there are any, they serve while newer ones are fetched.").Default("5s").AtLeast("10ms").AtMost("30s");
        return read => new JwtSettings(
            read.Get(jwksUrls), read.Get(algorithms), read.Get(issuers), read.Get(audience), read.Get(scope), read.Get(strategy),
            read.Get(tokenFrom) ?? TokenLocation.Authorization, read.Get(skew), read.Get(forward), read.Get(onVaultHost), read.Get(lifetime), read.Get(patience));
    });

    /// <summary>The text that two uses share exactly when they believe the same tokens, and may share what they remember of them.</summary>
    public string Identity { get; } = string.Concat(
        Counted(JwksUrls), Counted(AllowedAlgorithms), Counted(TrustedIssuers), Counted(TargetAudience), Counted(RequiredScope),
        Counted([TokenFrom.Header ?? "", TokenFrom.Query ?? "", TokenFrom.Cookie ?? ""]),
        Counted([$"{ScopeStrategy}", $"{ClockSkew.Ticks}", $"{ForwardCredentials}", $"{JwksLifetime.Ticks}", $"{JwksPatience.Ticks}"]));

    // Lengths and not separators: any separator could stand in a configured text, and lend one rule another one's trust.
    private static string Counted(IReadOnlyList<string> texts) => $"{texts.Count}[{string.Concat(texts.Select(text => $"{text.Length}:{text}"))}]";

    private static bool IsBucket(string text) =>
        text.StartsWith("s3://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("gs://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("azblob://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether shared secrets may sign: whoever verifies with one could also sign.</summary>
    public bool TakesSecrets => AllowedAlgorithms.Any(JwtAlgorithms.Symmetric.Contains);

    /// <summary>The first address whose answer somebody on the way could replace; null where there is none.</summary>
    public string? FirstUnprotectedAddress() =>
        JwksUrls.FirstOrDefault(text => Uri.TryCreate(text, UriKind.Absolute, out var url) && Loopback.CouldBeRead(url));
}
