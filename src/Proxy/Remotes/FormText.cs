using System.Diagnostics.CodeAnalysis;
using System.Globalization;
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
        var bytes = Encoding.UTF8.GetBytes(text);
        var length = 0;
        for (var index = 0; index < bytes.Length; index++)
        {
            var value = bytes[index] == '+' ? (byte)' ' : bytes[index];
            if (value == '%')
            {
                if (index + 2 >= bytes.Length || !byte.TryParse(bytes.AsSpan(index + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value))
                {
                    decoded = null;
                    return false;
                }

                index += 2;
            }

            bytes[length++] = value;
        }

        decoded = Utf8.IsValid(bytes.AsSpan(0, length)) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
        return decoded is not null;
    }
}
