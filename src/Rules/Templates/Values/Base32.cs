using System.Text;

namespace AuthProxy.Rules.Templates.Values;

/// <summary>Base32 with padding (RFC 4648, section 6).</summary>
internal static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static string Encode(byte[] data)
    {
        var text = new StringBuilder((data.Length + 4) / 5 * 8);
        var (buffer, bits) = (0, 0);
        foreach (var value in data)
        {
            buffer = ((buffer << 8) | value) & 0xFFFF;
            for (bits += 8; bits >= 5; bits -= 5)
            {
                text.Append(Alphabet[(buffer >> (bits - 5)) & 31]);
            }
        }

        if (bits > 0)
        {
            text.Append(Alphabet[(buffer << (5 - bits)) & 31]);
        }

        return text.Append('=', (8 - (text.Length % 8)) % 8).ToString();
    }

    public static bool TryDecode(string text, out byte[] data)
    {
        data = [];
        text = text.ReplaceLineEndings("");
        var digits = text.TrimEnd('=');
        var last = digits.Length % 8;
        if (text.Length % 8 != 0 || text.Length - digits.Length > 6 || last is 1 or 3 or 6 || digits.Any(digit => !Alphabet.Contains(digit)))
        {
            return false;
        }

        var bytes = new List<byte>(digits.Length * 5 / 8);
        var (buffer, bits) = (0, 0);
        foreach (var digit in digits)
        {
            buffer = ((buffer << 5) | Alphabet.IndexOf(digit)) & 0xFFFF;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes.Add((byte)(buffer >> bits));
            }
        }

        data = [.. bytes];
        return true;
    }
}
