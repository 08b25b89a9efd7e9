using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Rules.Requirements;

namespace AuthProxy.Proxy.Sessions;

/// <summary>One login of a subject.</summary>
/// <param name="Sid">The public, stable id.</param>
/// <param name="Issuer">The provider that vouches for the subject.</param>
/// <param name="SubjectId">The provider's <c>sub</c>.</param>
/// <param name="Claims">The chosen claims, a JSON object.</param>
/// <param name="Tokens">What the provider gave; never leaves the Proxy but to the provider.</param>
/// <param name="ProviderSid">The provider's own session id, where it tells one.</param>
/// <param name="AuthenticatedAt">When the person proved who they are; the login's time where the provider does not say.</param>
/// <param name="CreatedAt">When the session began.</param>
/// <param name="EndsAt">When it ends at the latest, however busy it is.</param>
internal sealed record Session(
    string Sid,
    string Issuer,
    string SubjectId,
    JsonElement Claims,
    ProviderTokens Tokens,
    string? ProviderSid,
    DateTimeOffset AuthenticatedAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset EndsAt)
{
    private const int SidBytes = 16;
    private const int LongestSid = 64;

    private Subject? _subject;

    /// <summary>The provider's name in the configuration. A rule believes sessions of the providers that it wants, and no others.</summary>
    public string Provider { get; init; } = OidcProviderSettings.DefaultName;

    /// <summary>How the person proved who they are, in the provider's words (<c>acr</c> of the ID token); null where it does not say.</summary>
    public string? Acr { get; init; }

    /// <summary>Whether <see cref="AuthenticatedAt"/> is the provider's word (<c>auth_time</c> of the ID token): only then it proves anything.</summary>
    public bool IsAuthTimeKnown { get; init; }

    /// <summary>Whether nobody has logged in: the subject is one that this Proxy made up.</summary>
    public bool IsGuest { get; init; }

    /// <summary>The subject as the pipeline knows it; made once, however many requests the session makes.</summary>
    public Subject Subject => _subject ??= new Subject(Issuer, SubjectId, Claims, new SessionIdentity(Sid, EndsAt) { IsGuest = IsGuest })
    {
        Authentication = Authentication,
    };

    /// <summary>How and when the person proved who they are, in the provider's own words only.</summary>
    public AuthenticationFacts Authentication => new(Acr, IsAuthTimeKnown ? AuthenticatedAt : null);

    /// <summary>The same session with what a refresh brought; its claims stay where it brought none.</summary>
    public Session Renew(ProviderTokens tokens, JsonElement? claims) =>
        claims is { } current ? this with { Tokens = tokens, Claims = current, _subject = null } : this with { Tokens = tokens };

    /// <summary>Whether a text may be a public id, of a login's session or of a bearer's: whoever can write the store may have put anything there.</summary>
    public static bool IsSid(string text) => text.Length is > 0 and <= LongestSid && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    public static string NewSid() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SidBytes));

    /// <summary>Claims and tokens are personal: only the public id is for logs.</summary>
    public override string ToString() => $"session {Sid}";
}

/// <summary>The provider's tokens, kept sealed with the session.</summary>
/// <param name="IdToken">Names the session to the provider at logout.</param>
/// <param name="AccessToken">For the provider's own interfaces.</param>
/// <param name="RefreshToken">For new tokens.</param>
/// <param name="AccessTokenExpiresAt">When the access token ends, where the provider says so.</param>
internal sealed record ProviderTokens(string? IdToken, string? AccessToken, string? RefreshToken, DateTimeOffset? AccessTokenExpiresAt)
{
    public static readonly ProviderTokens None = new(null, null, null, null);

    /// <summary>When the access token was given: what is a long time before its end depends on its life. Null in records that are older than this.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    public override string ToString() => nameof(ProviderTokens);
}
