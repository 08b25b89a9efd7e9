using System.Buffers;

namespace AuthProxy.Proxy.Rehearsal;

/// <summary>Headers as they may be printed: nothing that opens a door.</summary>
internal static class Redaction
{
    public const string Redacted = "[redacted]";

    private static readonly string[] Secret = ["Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "X-Auth-Assertion", "X-Api-Key"];

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public static string Of(string name, string value) =>
        Secret.Contains(name, StringComparer.OrdinalIgnoreCase) || value.Split(' ', ',', ';', '=').Any(IsSigned) ? Redacted : value;

    // Rules put tokens into headers of their own choice; a signed one is known by its shape (RFC 7515, section 7.1).
    private static bool IsSigned(string word) =>
        word.StartsWith("eyJ", StringComparison.Ordinal) && word.Split('.') is { Length: 3 or 5 } parts && parts.All(part => !part.AsSpan().ContainsAnyExcept(TokenCharacters));
}
