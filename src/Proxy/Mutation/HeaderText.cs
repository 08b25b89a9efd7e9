using System.Buffers;
using System.Text;

namespace AuthProxy.Proxy.Mutation;

/// <summary>Text of unknown origin as the value of a header.</summary>
internal static class HeaderText
{
    // '%' is not among them: else "%61lice", which anybody may call himself, would decode to "alice".
    private static readonly SearchValues<char> Plain =
        SearchValues.Create(" !\"#$&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>
    /// Percent-encodes the UTF-8 bytes of '%' and of everything that is not printable ASCII (RFC 3986, section 2.1), so that
    /// decoding always gives back the value and two values never look alike.
    /// </summary>
    public static string Encode(string value)
    {
        if (!value.AsSpan().ContainsAnyExcept(Plain))
        {
            return value;
        }

        var encoded = new StringBuilder(value.Length * 3);
        foreach (var b in Encoding.UTF8.GetBytes(value))
        {
            if (b is > 0x1f and < 0x7f and not (byte)'%')
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
