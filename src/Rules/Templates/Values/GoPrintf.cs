using System.Globalization;
using System.Text;

namespace AuthProxy.Rules.Templates.Values;

/// <summary>Go's <c>printf</c>: what does not fit its verb is written with a mark, not refused.</summary>
internal sealed class GoPrintf(string format, IReadOnlyList<object?> arguments, RenderScope scope)
{
    private readonly StringBuilder _text = new(format.Length + 32);
    private int _at;
    private int _next;
    private bool _chosen;

    public string Write()
    {
        while (_at < format.Length && scope.MayGoOn(_text.Length, 0))
        {
            if (format[_at] != '%')
            {
                var end = format.IndexOf('%', _at);
                end = end < 0 ? format.Length : end;
                _text.Append(format, _at, end - _at);
                _at = end;
                continue;
            }

            _at++;
            WriteDirective();
        }

        // Who names arguments by number may leave some out.
        if (!_chosen && _next < arguments.Count)
        {
            WriteExtra();
        }

        return _text.ToString();
    }

    private void WriteDirective()
    {
        var directive = new GoDirective();
        for (; _at < format.Length && directive.TakeFlag(format[_at]); _at++)
        {
        }

        ReadNumber();
        directive.Width = ReadSize(out var badWidth);
        _text.Append(badWidth ? "%!(BADWIDTH)" : "");
        if (directive.Width < 0)
        {
            directive = directive with { Left = true, Zeros = false, Width = -directive.Width };
        }

        if (_at < format.Length && format[_at] == '.')
        {
            _at++;
            ReadNumber();
            directive.Precision = ReadSize(out var badPrecision) ?? 0;
            _text.Append(badPrecision ? "%!(BADPREC)" : "");
        }

        ReadNumber();
        WriteVerb(directive);
    }

    private void WriteVerb(GoDirective directive)
    {
        if (_at >= format.Length)
        {
            _text.Append("%!(NOVERB)");
            return;
        }

        Rune.DecodeFromUtf16(format.AsSpan(_at), out var verb, out var length);
        _at += length;
        if (verb.Value == '%')
        {
            _text.Append('%');
        }
        else if (_next < 0 || _next >= arguments.Count)
        {
            _text.Append("%!").Append(verb.ToString()).Append(_next < 0 ? "(BADINDEX)" : "(MISSING)");
            _next = Math.Max(0, _next);
        }
        else
        {
            new GoVerb(directive, verb.ToString(), _text, scope).Write(arguments[_next++], 0);
        }
    }

    /// <summary>A width or precision: digits, or a star for the next argument.</summary>
    private int? ReadSize(out bool bad)
    {
        bad = false;
        if (_at < format.Length && format[_at] == '*')
        {
            _at++;
            var given = _next >= 0 && _next < arguments.Count && arguments[_next] is nint or long ? GoNumber.ToWhole(arguments[_next]) : (long?)null;
            _next++;
            bad = given is null or > GoDirective.MaxSize or < -GoDirective.MaxSize;
            return bad ? null : (int)given!.Value;
        }

        var start = _at;
        while (_at < format.Length && char.IsAsciiDigit(format[_at]))
        {
            _at++;
        }

        return _at == start ? null
            : int.TryParse(format.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size <= GoDirective.MaxSize ? size
            : null;
    }

    /// <summary><c>[2]</c> chooses the argument that comes next.</summary>
    private void ReadNumber()
    {
        if (_at >= format.Length || format[_at] != '[')
        {
            return;
        }

        var end = format.IndexOf(']', _at);
        var number = end < 0 ? "" : format[(_at + 1)..end];
        _chosen = true;
        _next = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var chosen) && chosen >= 1 && chosen <= arguments.Count ? chosen - 1 : -1;
        _at = end < 0 ? format.Length : end + 1;
    }

    private void WriteExtra()
    {
        _text.Append("%!(EXTRA ");
        for (var i = _next; i < arguments.Count && scope.MayGoOn(_text.Length, 0); i++)
        {
            _text.Append(i > _next ? ", " : "").Append(GoValue.TypeOf(arguments[i]));
            _text.Append(arguments[i] is null ? "" : "=" + GoText.Of(arguments[i], scope));
        }

        _text.Append(')');
    }
}

/// <summary>The flags, width and precision in front of a verb.</summary>
internal record struct GoDirective()
{
    /// <summary>No text is padded further than this.</summary>
    public const int MaxSize = 1_000;

    public bool Plus { get; set; }

    public bool Left { get; set; }

    public bool Sharp { get; set; }

    public bool Blank { get; set; }

    public bool Zeros { get; set; }

    public int? Width { get; set; }

    public int? Precision { get; set; }

    public bool TakeFlag(char flag)
    {
        switch (flag)
        {
            case '+':
                Plus = true;
                return true;
            case '-':
                (Left, Zeros) = (true, false);
                return true;
            case '#':
                Sharp = true;
                return true;
            case ' ':
                Blank = true;
                return true;
            case '0':
                Zeros = !Left;
                return true;
            default:
                return false;
        }
    }
}
