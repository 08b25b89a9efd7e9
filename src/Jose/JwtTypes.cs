namespace AuthProxy.Jose;

/// <summary>
/// The <c>typ</c> of each JWT that we sign ourselves (RFC 8725, 3.11). Every kind has its own, so that one can never be taken for another.
/// </summary>
public static class JwtTypes
{
    /// <summary>The Proxy tells an upstream who the user is.</summary>
    public const string Assertion = "authproxy-assertion+jwt";

    /// <summary>The Proxy speaks for itself to the Tokenizer.</summary>
    public const string Service = "authproxy-service+jwt";

    /// <summary>An application speaks for itself to the Tokenizer.</summary>
    public const string Application = "authproxy-application+jwt";

    /// <summary>An application that owns its sessions tells the Tokenizer who signed in.</summary>
    public const string Session = "authproxy-session+jwt";

    /// <summary>The Proxy proves to an OpenID provider which client it is (RFC 7523 as its revision, draft-ietf-oauth-rfc7523bis, wants it).</summary>
    public const string ClientAuthentication = "client-authentication+jwt";

    /// <summary>The Tokenizer says how far its audit goes.</summary>
    public const string AuditCheckpoint = "authproxy-audit-checkpoint+jwt";

    /// <summary>A provider says that somebody logged out (OpenID Connect Back-Channel Logout 1.0, 2.4). Not ours, but no credential either.</summary>
    public const string Logout = "logout+jwt";

    private const string MediaTypePrefix = "application/";

    /// <summary>Is this one of our own kinds, however it is spelled?</summary>
    /// <param name="type">The <c>typ</c> of a token.</param>
    public static bool IsOurs(string? type) =>
        type is not null && Bare(type) is var bare && (Same(bare, Assertion) || Same(bare, Service) || Same(bare, Application) || Same(bare, Session) || Same(bare, ClientAuthentication) || Same(bare, AuditCheckpoint));

    /// <summary>Is this a kind that counts only where it is asked for: one of ours, or a logout token?</summary>
    /// <param name="type">The <c>typ</c> of a token.</param>
    public static bool IsForOnePurpose(string? type) => IsOurs(type) || (type is not null && Same(Bare(type), Logout));

    /// <summary>Is this a <c>typ</c> that says nothing about a token's kind?</summary>
    /// <param name="type">The <c>typ</c> of a token.</param>
    public static bool IsGeneral(string? type) => type is null || Same(type, "JWT");

    /// <summary>
    /// Compares two <c>typ</c> values as media types: without regard to case, and with or without the prefix <c>application/</c> (RFC 7515, 4.1.9).
    /// </summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other.</param>
    public static bool Same(string left, string right) =>
        WithoutPrefix(left).Equals(WithoutPrefix(right), StringComparison.OrdinalIgnoreCase);

    // A parameter behind the media type must not carry such a kind past a policy that did not ask for it.
    private static string Bare(string type)
    {
        var semicolon = type.IndexOf(';', StringComparison.Ordinal);
        return (semicolon < 0 ? type : type[..semicolon]).Trim();
    }

    private static ReadOnlySpan<char> WithoutPrefix(string type) =>
        type.StartsWith(MediaTypePrefix, StringComparison.OrdinalIgnoreCase) && type.IndexOf('/', MediaTypePrefix.Length) < 0
            ? type.AsSpan(MediaTypePrefix.Length)
            : type;
}
