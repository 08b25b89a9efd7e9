using System.Buffers;

namespace AuthProxy.Proxy.Mutation.Cookies;

/// <summary>Text of unknown origin as the value of a cookie (RFC 6265, section 4.1.1).</summary>
internal static class CookieValue
{
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("!#$&'()*+-./0123456789:<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>Oathkeeper's way: what a cookie cannot hold is dropped, a value with blanks or commas is quoted.</summary>
    public static string Sanitize(string value)
    {
        var kept = string.Concat(value.Where(character => character is >= ' ' and <= '~' and not ('"' or ';' or '\\')));
        return kept.AsSpan().ContainsAny(' ', ',') ? $"\"{kept}\"" : kept;
    }

    /// <summary>Our way: what a cookie cannot hold is percent-encoded UTF-8, and '%' with it, so that two values never look alike.</summary>
    public static string Encode(string value) => HeaderText.Encode(value, Plain);
}
