using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Hosting.Logging;

/// <summary>One message as bytes with one line ending, its own: nothing in a message can begin a second line or move a terminal's cursor.</summary>
internal static class LogLine
{
    private static readonly JsonWriterOptions Json = new() { Encoder = MakeEncoder(), SkipValidation = true };

    public static void WriteJson(IBufferWriter<byte> line, DateTimeOffset time, LogLevel level, string category, EventId id, string message, object? state, Exception? exception)
    {
        using (var writer = new Utf8JsonWriter(line, Json))
        {
            writer.WriteStartObject();
            writer.WriteString("time", time.UtcDateTime);
            writer.WriteString("level", Name(level));
            writer.WriteString("category", category);
            if (id.Id != 0)
            {
                writer.WriteNumber("event", id.Id);
            }

            writer.WriteString("message", message);
            WriteTrace(writer);
            WriteState(writer, state);
            if (exception is not null)
            {
                writer.WriteString("exception", exception.ToString());
            }

            writer.WriteEndObject();
        }

        line.Write("\n"u8);
    }

    public static void WriteText(IBufferWriter<byte> line, DateTimeOffset time, LogLevel level, string message, Exception? exception)
    {
        var text = new StringBuilder(message.Length + 48);
        text.Append(time.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)).Append(' ').Append(Name(level)).Append(' ');
        AppendPrintable(text, message);
        if (exception is not null)
        {
            text.Append(" | ");
            AppendPrintable(text, exception.ToString().ReplaceLineEndings(" | "));
        }

        Encoding.UTF8.GetBytes(text.Append('\n').ToString(), line);
    }

    // Readable in every language, without the marks that turn the direction of writing: with them a line can be made to read as another one.
    private static JavaScriptEncoder MakeEncoder()
    {
        var settings = new TextEncoderSettings(UnicodeRanges.All);
        settings.ForbidCharacters([.. Enumerable.Range(0, char.MaxValue + 1).Select(c => (char)c).Where(c => char.GetUnicodeCategory(c) == UnicodeCategory.Format)]);
        return JavaScriptEncoder.Create(settings);
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "fatal",
    };

    private static void WriteTrace(Utf8JsonWriter writer)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
        {
            writer.WriteString("trace_id", activity.TraceId.ToHexString());
            writer.WriteString("span_id", activity.SpanId.ToHexString());
        }
    }

    private static void WriteState(Utf8JsonWriter writer, object? state)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> values || values.All(value => value.Key == "{OriginalFormat}"))
        {
            return;
        }

        writer.WriteStartObject("values");
        foreach (var (name, value) in values)
        {
            if (name != "{OriginalFormat}")
            {
                WriteValue(writer, name, value);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, string name, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNull(name);
                break;
            case bool flag:
                writer.WriteBoolean(name, flag);
                break;
            case int number:
                writer.WriteNumber(name, number);
                break;
            case long number:
                writer.WriteNumber(name, number);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumber(name, number);
                break;
            case DateTimeOffset time:
                writer.WriteString(name, time.UtcDateTime);
                break;
            case IFormattable formattable:
                writer.WriteString(name, formattable.ToString(null, CultureInfo.InvariantCulture));
                break;
            default:
                writer.WriteString(name, value.ToString());
                break;
        }
    }

    private static void AppendPrintable(StringBuilder text, string message)
    {
        foreach (var rune in message.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            }
            else
            {
                text.Append(rune.ToString());
            }
        }
    }
}
