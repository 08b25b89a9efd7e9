using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace AuthProxy.Proxy.Remotes;

/// <summary>Text as forms carry it (<c>application/x-www-form-urlencoded</c>).</summary>
internal static class FormText
{
    public const string ContentType = "application/x-www-form-urlencoded";

    public static string Encode(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);

    /// <summary>The body of a form; fields without a value are left out.</summary>
    public static byte[] Body(params IEnumerable<(string Name, string? Value)> fields) =>
        Encoding.ASCII.GetBytes(string.Join('&', from field in fields where field.Value is not null select $"{Encode(field.Name)}={Encode(field.Value!)}"));

    /// <summary>False for a broken escape, or escapes that are no UTF-8.</summary>
    public static bool TryDecode(string text, [NotNullWhen(true)] out string? decoded)
    {
        decoded = null;
        var bytes = new List<byte>(text.Length);
        var utf8 = Encoding.UTF8.GetBytes(text);
        for (var index = 0; index < utf8.Length; index++)
        {
            if (utf8[index] != '%')
            {
                bytes.Add(utf8[index] == '+' ? (byte)' ' : utf8[index]);
            }
            else if (index + 2 < utf8.Length && char.IsAsciiHexDigit((char)utf8[index + 1]) && char.IsAsciiHexDigit((char)utf8[index + 2]))
            {
                bytes.Add(Convert.FromHexString([(char)utf8[index + 1], (char)utf8[index + 2]])[0]);
                index += 2;
            }
            else
            {
                return false;
            }
        }

        if (!Utf8.IsValid(bytes.ToArray()))
        {
            return false;
        }

        decoded = Encoding.UTF8.GetString([.. bytes]);
        return true;
    }
}
