using System.Globalization;

namespace AuthProxy.Rules.Templates.Values;

/// <summary>A time while it is read, one element of the layout after the other.</summary>
internal sealed class GoTimeReading(string text)
{
    private static readonly DateTimeFormatInfo Names = CultureInfo.InvariantCulture.DateTimeFormat;

    private int _at;
    private int _year;
    private int _month = 1;
    private int _day = 1;
    private int _hour;
    private int _minute;
    private int _second;
    private long _ticks;
    private bool? _afternoon;
    private TimeSpan? _offset;

    public bool TakeLiteral(char literal) => _at < text.Length && text[_at++] == literal;

    public bool Take(string element) => element switch
    {
        "2006" => TakeNumber(4, 4, out _year),
        "06" => TakeNumber(2, 2, out _year) && (_year += _year >= 69 ? 1900 : 2000) > 0,
        "January" => TakeName(Names.MonthNames, out _month),
        "Jan" => TakeName(Names.AbbreviatedMonthNames, out _month),
        "Monday" => TakeName(Names.DayNames, out _),
        "Mon" => TakeName(Names.AbbreviatedDayNames, out _),
        "01" => TakeNumber(2, 2, out _month),
        "1" => TakeNumber(1, 2, out _month),
        "02" => TakeNumber(2, 2, out _day),
        "2" => TakeNumber(1, 2, out _day),
        "_2" => (TakeLiteralIfThere(' ') || true) && TakeNumber(1, 2, out _day),
        "15" or "03" => TakeNumber(2, 2, out _hour),
        "3" => TakeNumber(1, 2, out _hour),
        "04" => TakeNumber(2, 2, out _minute),
        "4" => TakeNumber(1, 2, out _minute),
        "05" => TakeNumber(2, 2, out _second) && TakeFraction(),
        "5" => TakeNumber(1, 2, out _second) && TakeFraction(),
        "PM" or "pm" => TakeHalf(),
        "MST" => TakeZoneName(),
        _ when element[0] is '.' or ',' => true,
        _ when element[0] is '-' or 'Z' => TakeOffset(element),
        _ => false,
    };

    public DateTimeOffset? Finish(TimeZoneInfo zone)
    {
        var hour = _afternoon is { } afternoon ? (_hour % 12) + (afternoon ? 12 : 0) : _hour;
        if (_at != text.Length || _year is < 1 or > 9999 || _month is < 1 or > 12 || _day < 1 || _day > DateTime.DaysInMonth(_year, _month)
            || hour > 23 || _minute > 59 || _second > 59)
        {
            return null;
        }

        var time = new DateTime(_year, _month, _day, hour, _minute, _second, DateTimeKind.Unspecified).AddTicks(_ticks);
        var offset = _offset ?? zone.GetUtcOffset(time);
        var utc = time.Ticks - offset.Ticks;
        return utc < 0 || utc > DateTime.MaxValue.Ticks ? null : new DateTimeOffset(time, offset);
    }

    private bool TakeLiteralIfThere(char literal)
    {
        var there = _at < text.Length && text[_at] == literal;
        _at += there ? 1 : 0;
        return there;
    }

    private bool TakeNumber(int least, int most, out int number)
    {
        var start = _at;
        while (_at < text.Length && _at - start < most && char.IsAsciiDigit(text[_at]))
        {
            _at++;
        }

        number = 0;
        return _at - start >= least && int.TryParse(text.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    // A fraction of a second may stand in the text though the layout has none.
    private bool TakeFraction()
    {
        if (_at + 1 >= text.Length || text[_at] is not ('.' or ',') || !char.IsAsciiDigit(text[_at + 1]))
        {
            return true;
        }

        _at++;
        for (var unit = TimeSpan.TicksPerSecond / 10; _at < text.Length && char.IsAsciiDigit(text[_at]); unit /= 10)
        {
            _ticks += (text[_at++] - '0') * unit;
        }

        return true;
    }

    private bool TakeName(string[] names, out int number)
    {
        for (number = 1; number <= names.Length; number++)
        {
            var name = names[number - 1];
            if (name.Length > 0 && text.AsSpan(_at).StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                _at += name.Length;
                return true;
            }
        }

        return false;
    }

    private bool TakeHalf()
    {
        var half = text.AsSpan(_at);
        _afternoon = half.StartsWith("PM", StringComparison.OrdinalIgnoreCase) ? true : half.StartsWith("AM", StringComparison.OrdinalIgnoreCase) ? false : null;
        _at += 2;
        return _afternoon is not null;
    }

    // Abbreviations are ambiguous; Go makes up a zone without an offset for those it does not know.
    private bool TakeZoneName()
    {
        var start = _at;
        while (_at < text.Length && _at - start < 5 && char.IsAsciiLetterUpper(text[_at]))
        {
            _at++;
        }

        _offset = TimeSpan.Zero;
        return _at - start >= 3;
    }

    private bool TakeOffset(string element)
    {
        if (element[0] == 'Z' && TakeLiteralIfThere('Z'))
        {
            _offset = TimeSpan.Zero;
            return true;
        }

        var negative = _at < text.Length && text[_at] == '-';
        var minutes = 0;
        if (!(TakeLiteralIfThere('-') || TakeLiteralIfThere('+')) || !TakeNumber(2, 2, out var hours)
            || (element.Contains(':') && !TakeLiteralIfThere(':')) || (element.Length > 3 && !TakeNumber(2, 2, out minutes)) || hours > 14 || minutes > 59)
        {
            return false;
        }

        var offset = new TimeSpan(hours, minutes, 0);
        _offset = negative ? -offset : offset;
        return offset <= TimeSpan.FromHours(14) && element.Length <= 6;
    }
}
