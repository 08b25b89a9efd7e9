using System.Globalization;
using System.Numerics;

namespace AuthProxy.Rules.Templates.Values;

/// <summary>Numbers out of values as the functions of templates take them: what is no number is zero.</summary>
internal static class GoNumber
{
    /// <summary>Whole numbers; a fraction is cut off, and a text may carry a base (<c>0x1f</c>, <c>010</c>).</summary>
    public static long ToWhole(object? value) => value switch
    {
        nint whole => whole,
        long whole => whole,
        byte whole => whole,
        bool flag => flag ? 1 : 0,
        double number => number is > -9.3e18 and < 9.2233720368547758e18 ? (long)number : long.MinValue,
        string text => TryParse(WithoutZeroFraction(text), out var whole) ? whole : 0,
        _ => 0,
    };

    public static double ToFloat(object? value) => value switch
    {
        double number => number,
        string text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0,
        _ => ToWhole(value),
    };

    /// <summary>A whole number as Go reads it with the base in front: 0x, 0o, 0b or a leading zero; underscores between digits.</summary>
    public static bool TryParse(string text, out long number)
    {
        number = 0;
        var negative = text.StartsWith('-');
        var digits = text.AsSpan(negative || text.StartsWith('+') ? 1 : 0);
        var (numberBase, prefix) = BaseOf(digits);
        digits = digits[prefix..];
        if (digits.IsEmpty)
        {
            return false;
        }

        var magnitude = BigInteger.Zero;
        foreach (var digit in digits)
        {
            if (digit == '_' && text.Length <= 80)
            {
                continue;
            }

            var value = char.IsAsciiHexDigit(digit) ? Convert.ToInt32(digit.ToString(), 16) : int.MaxValue;
            if (value >= numberBase || magnitude > long.MaxValue)
            {
                return false;
            }

            magnitude = (magnitude * numberBase) + value;
        }

        magnitude = negative ? -magnitude : magnitude;
        number = magnitude >= long.MinValue && magnitude <= long.MaxValue ? (long)magnitude : 0;
        return number == magnitude;
    }

    private static (int Base, int Prefix) BaseOf(ReadOnlySpan<char> digits) =>
        digits.Length < 2 || digits[0] != '0' ? (10, 0)
        : (digits[1] | 0x20) switch { 'x' => (16, 2), 'b' => (2, 2), 'o' => (8, 2), _ => (8, 1) };

    private static string WithoutZeroFraction(string text)
    {
        var trimmed = text.TrimEnd('0');
        return trimmed.Length < text.Length && trimmed.EndsWith('.') ? trimmed[..^1] : text;
    }
}
