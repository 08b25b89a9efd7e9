using System.Globalization;
using System.Numerics;
using System.Text;

namespace AuthProxy.Rules.Templates.Values;

/// <summary>Writes values by one of printf's verbs; lists and maps member by member.</summary>
internal sealed class GoVerb(GoDirective directive, string verb, StringBuilder text, RenderScope scope)
{
    public void Write(object? value, int depth)
    {
        if (!scope.MayGoOn(text.Length, depth))
        {
            return;
        }

        if (verb == "T")
        {
            Pad(GoValue.TypeOf(value));
            return;
        }

        switch (value)
        {
            case null:
                Pad(verb == "v" ? "<nil>" : $"%!{verb}(<nil>)");
                break;
            case string held:
                WriteText(held, value);
                break;
            case bool flag when verb is "t" or "v":
                Pad(flag ? "true" : "false");
                break;
            case double number when verb is "v" or "e" or "E" or "f" or "F" or "g" or "G":
                WriteNumber(Signed(verb == "v" ? GoFloat.Format(number, 'g', directive.Precision ?? -1) : GoFloat.Format(number, verb[0], directive.Precision ?? -1)));
                break;
            case nint or long or byte when Whole(GoNumber.ToWhole(value)) is { } whole:
                WriteNumber(whole);
                break;
            case GoList list:
                WriteAll("[", "]", list.Items, item => Write(item, depth + 1));
                break;
            case GoMap map:
                WriteAll("map[", "]", map.Names, name =>
                {
                    Write(name, depth + 1);
                    text.Append(':');
                    Write(map.Get(name), depth + 1);
                });
                break;
            case IGoStruct { Text: { } own } when verb is "v" or "s" or "q" or "x" or "X":
                WriteText(own, value);
                break;
            case IGoStruct { Text: null } structure:
                WriteAll("{", "}", structure.Fields(scope), field => Write(field.Value, depth + 1));
                break;
            default:
                WriteMisfit(value);
                break;
        }
    }

    private void WriteAll<T>(string opening, string closing, IEnumerable<T> items, Action<T> write)
    {
        text.Append(opening);
        var separates = false;
        foreach (var item in items)
        {
            text.Append(separates ? " " : "");
            separates = true;
            write(item);
            if (scope.Failed)
            {
                return;
            }
        }

        text.Append(closing);
    }

    private void WriteText(string held, object value)
    {
        var shown = directive.Precision is { } precision ? GoBytes.FirstRunes(held, precision) : held;
        switch (verb)
        {
            case "s" or "v":
                Pad(verb == "v" && directive.Sharp ? GoQuote.Quote(held) : shown);
                break;
            case "q":
                Pad(directive.Sharp && !shown.Contains('`') && !shown.Any(char.IsControl) ? $"`{shown}`" : GoQuote.Quote(shown, directive.Plus));
                break;
            case "x" or "X":
                var hex = Convert.ToHexString(Encoding.UTF8.GetBytes(shown));
                hex = directive.Blank ? string.Join(' ', hex.Chunk(2).Select(pair => new string(pair))) : hex;
                Pad(verb == "x" ? hex.ToLowerInvariant() : hex);
                break;
            default:
                WriteMisfit(value);
                break;
        }
    }

    /// <summary>Null where the verb is none for whole numbers.</summary>
    private string? Whole(long number) => verb switch
    {
        "d" or "v" => Signed(Digits(number, 10)),
        "b" => Signed(Digits(number, 2)),
        "o" => Signed((directive.Sharp ? "0" : "") + Digits(number, 8)),
        "O" => Signed("0o" + Digits(number, 8)),
        "x" => Signed(Prefixed("0x", Digits(number, 16))),
        "X" => Signed(Prefixed("0X", Digits(number, 16).ToUpperInvariant())),
        "c" => Rune.IsValid((int)Math.Clamp(number, -1, 0x110000)) ? new Rune((int)number).ToString() : "\uFFFD",
        "q" => GoQuote.Quote(Rune.IsValid((int)Math.Clamp(number, -1, 0x110000)) ? new Rune((int)number).ToString() : "\uFFFD", directive.Plus, '\''),
        "U" => "U+" + number.ToString("X4", CultureInfo.InvariantCulture),
        _ => null,
    };

    private string Prefixed(string prefix, string digits) =>
        !directive.Sharp ? digits : digits.StartsWith('-') ? "-" + prefix + digits[1..] : prefix + digits;

    private string Digits(long number, int numberBase)
    {
        var magnitude = BigInteger.Abs(number);
        var digits = new StringBuilder();
        do
        {
            digits.Insert(0, "0123456789abcdef"[(int)(magnitude % numberBase)]);
            magnitude /= numberBase;
        }
        while (magnitude > 0);

        return (number < 0 ? "-" : "") + digits.ToString().PadLeft(directive.Precision ?? 0, '0');
    }

    private string Signed(string number) => number[0] is '-' or '+' ? number : directive.Plus ? "+" + number : directive.Blank ? " " + number : number;

    private void WriteNumber(string number)
    {
        var sign = number[0] is '-' or '+' or ' ' ? 1 : 0;
        if (directive.Zeros && directive.Width is { } width && char.IsAsciiHexDigit(number[sign]))
        {
            text.Append(number, 0, sign).Append(number[sign..].PadLeft(Math.Max(0, width - sign), '0'));
        }
        else
        {
            Pad(number.StartsWith('+') && !directive.Plus ? number[(number.Length == 4 ? 0 : 1)..] : number);
        }
    }

    private void WriteMisfit(object value)
    {
        text.Append("%!").Append(verb).Append('(').Append(GoValue.TypeOf(value)).Append('=');
        text.Append(GoText.Of(value, scope)).Append(')');
    }

    private void Pad(string shown)
    {
        var missing = (directive.Width ?? 0) - shown.EnumerateRunes().Count();
        text.Append(directive.Zeros ? '0' : ' ', directive.Left ? 0 : Math.Max(0, missing)).Append(shown);
        text.Append(' ', directive.Left ? Math.Max(0, missing) : 0);
    }
}
