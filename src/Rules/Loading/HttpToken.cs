using System.Buffers;

namespace AuthProxy.Rules.Loading;

/// <summary>What RFC 9110 calls a token: methods and header names.</summary>
internal static class HttpToken
{
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static bool Is(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Characters);
}
