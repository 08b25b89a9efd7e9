using System.Globalization;

namespace AuthProxy.Rules.Templates.Values;

/// <summary>
/// Numbers with a fraction as Go writes them. The digits are those of the shortest text that reads back as the same number, or, where a
/// precision is asked for, the exact value rounded half to even.
/// </summary>
internal readonly struct GoFloat
{
    private readonly bool _negative;
    private readonly string _digits;
    private readonly int _point;
    private readonly string? _special;

    private GoFloat(double number, string scientific)
    {
        _special = double.IsFinite(number) ? null : double.IsNaN(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf";
        _negative = double.IsNegative(number);
        var mark = scientific.IndexOf('E', StringComparison.Ordinal);
        var mantissa = scientific.AsSpan(0, mark < 0 ? scientific.Length : mark).TrimStart('-').ToString();
        var dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        var exponent = mark < 0 ? 0 : int.Parse(scientific.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var leading = digits.Length - digits.TrimStart('0').Length;
        _point = (dot < 0 ? mantissa.Length : dot) + exponent - leading;
        _digits = digits.Trim('0');
        _point = _digits.Length == 0 ? 1 : _point;
    }

    private GoFloat(bool negative, string digits, int point)
    {
        _negative = negative;
        _digits = digits;
        _point = point;
    }

    /// <summary>As <c>%v</c> and <c>print</c> write it: 3, 1e+06, 1.234567e+06.</summary>
    public static string Print(double number) => Shortest(number).General(-1);

    /// <summary>As Go's JSON writes it: 1000000, 1e+21, 1e-7.</summary>
    public static string Json(double number)
    {
        var magnitude = Math.Abs(number);
        return number == 0 || magnitude is >= 1e-6 and < 1e21
            ? Shortest(number).Fixed(0)
            : Shortest(number).Scientific(0, 'e', leastExponentDigits: magnitude < 1e-6 ? 1 : 2);
    }

    /// <summary>As one of printf's verbs writes it; a negative precision is the shortest that reads back.</summary>
    public static string Format(double number, char verb, int precision)
    {
        var mark = char.IsUpper(verb) ? 'E' : 'e';
        var shortest = Shortest(number);
        if (shortest._special is { } special)
        {
            return special;
        }

        switch (char.ToLowerInvariant(verb))
        {
            case 'f':
                var places = precision < 0 ? 6 : precision;
                return Exact(number).Rounded(places, afterPoint: true).Fixed(places);
            case 'e':
                places = precision < 0 ? 6 : precision;
                return Exact(number).Rounded(places + 1, afterPoint: false).Scientific(places, mark);
            default:
                places = Math.Max(1, precision);
                return precision < 0 ? shortest.General(-1, mark) : Exact(number).Rounded(places, afterPoint: false).General(places, mark);
        }
    }

    private static GoFloat Shortest(double number) => new(number, double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "0");

    // No double has more significant digits than 767.
    private static GoFloat Exact(double number) => new(number, number.ToString("E767", CultureInfo.InvariantCulture));

    /// <summary>Without an exponent where that is short; the shortest form counts as six digits for it.</summary>
    private string General(int precision, char mark = 'e')
    {
        var threshold = precision < 0 ? 6 : precision > _digits.Length && _digits.Length >= _point ? _digits.Length : precision;
        return _special ?? (_point - 1 < -4 || _point - 1 >= threshold ? Scientific(0, mark) : Fixed(0));
    }

    private string Fixed(int places)
    {
        if (_special is not null)
        {
            return _special;
        }

        var whole = _point <= 0 ? "0" : _digits[..Math.Min(_point, _digits.Length)].PadRight(_point, '0');
        whole = _digits.Length == 0 ? "0" : whole;
        var fraction = _digits.Length == 0 || _point >= _digits.Length ? "" : new string('0', Math.Max(0, -_point)) + _digits[Math.Max(0, _point)..];
        fraction = fraction.PadRight(places, '0');
        return (_negative ? "-" : "") + whole + (fraction.Length > 0 ? "." + fraction : "");
    }

    private string Scientific(int places, char mark, int leastExponentDigits = 2)
    {
        if (_special is not null)
        {
            return _special;
        }

        var digits = _digits.Length == 0 ? "0" : _digits;
        var fraction = digits[1..].PadRight(places, '0');
        var exponent = _point - 1;
        return (_negative ? "-" : "") + digits[0] + (fraction.Length > 0 ? "." + fraction : "")
            + mark + (exponent < 0 ? '-' : '+') + Math.Abs(exponent).ToString(CultureInfo.InvariantCulture).PadLeft(leastExponentDigits, '0');
    }

    /// <summary>So many digits, counted from the point or from the first.</summary>
    private GoFloat Rounded(int count, bool afterPoint)
    {
        var keep = afterPoint ? _point + count : count;
        if (keep >= _digits.Length)
        {
            return this;
        }

        if (keep < 0)
        {
            return new GoFloat(_negative, "", 1);
        }

        var kept = _digits[..keep];
        var rest = _digits[keep..];
        var half = rest.TrimEnd('0') == "5";
        var up = half ? keep > 0 && (kept[^1] - '0') % 2 == 1 : rest[0] >= '5';
        return up ? Increment(kept) : Trimmed(kept, _point);
    }

    private GoFloat Increment(string digits)
    {
        var nines = digits.Length - digits.TrimEnd('9').Length;
        var head = digits[..^nines];
        return head.Length == 0
            ? new GoFloat(_negative, "1", _point + 1)
            : Trimmed(head[..^1] + (char)(head[^1] + 1), _point);
    }

    private GoFloat Trimmed(string digits, int point) =>
        digits.TrimEnd('0') is { Length: > 0 } trimmed ? new GoFloat(_negative, trimmed, point) : new GoFloat(_negative, "", 1);
}
