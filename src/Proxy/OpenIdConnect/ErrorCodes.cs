namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>A provider's error codes are short words (RFC 6749, sections 4.1.2.1 and 5.2); anything else is not fit to be logged or compared.</summary>
internal static class ErrorCodes
{
    /// <summary>The refresh token, or the code, is worth nothing any more.</summary>
    public const string InvalidGrant = "invalid_grant";

    /// <summary>The provider cannot sign the person in as was asked (OpenID Connect Core Error Code unmet_authentication_requirements 1.0).</summary>
    public const string UnmetAuthentication = "unmet_authentication_requirements";

    /// <summary>Null for what is none.</summary>
    public static string? Of(string? error) =>
        error is { Length: > 0 and <= 60 } && error.All(c => char.IsAsciiLetterLower(c) || c == '_') ? error : null;
}
