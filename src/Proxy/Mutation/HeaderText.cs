using System.Buffers;
using System.Text;

namespace AuthProxy.Proxy.Mutation;

/// <summary>Text of unknown origin as the value of a header.</summary>
internal static class HeaderText
{
    // '%' is not among them: else "%61lice", which anybody may call himself, would decode to "alice".
    private static readonly SearchValues<char> Plain =
        SearchValues.Create(" !\"#$&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>Whether a value can be sent as it is: it holds no control character, and each character is one byte.</summary>
    public static bool IsOneLine(string value) => !value.AsSpan().ContainsAnyExceptInRange(' ', '\xff') && !value.Contains('\x7f', StringComparison.Ordinal);

    /// <summary>
    /// Percent-encodes the UTF-8 bytes of '%' and of everything that is not printable ASCII (RFC 3986, section 2.1), so that
    /// decoding always gives back the value and two values never look alike.
    /// </summary>
    public static string Encode(string value) => Encode(value, Plain);

    /// <summary>The same where fewer characters may stand as they are.</summary>
    public static string Encode(string value, SearchValues<char> plain)
    {
        if (!value.AsSpan().ContainsAnyExcept(plain))
        {
            return value;
        }

        var encoded = new StringBuilder(value.Length * 3);
        foreach (var b in Encoding.UTF8.GetBytes(value))
        {
            if (plain.Contains((char)b))
            {
                encoded.Append((char)b);
            }
            else
            {
                encoded.Append('%').Append(((int)b).ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return encoded.ToString();
    }
}
