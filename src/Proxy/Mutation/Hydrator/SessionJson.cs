using System.Text.Json;
using AuthProxy.Rules.Templates;

namespace AuthProxy.Proxy.Mutation.Hydrator;

/// <summary>Oathkeeper's session as JSON: what services that hydrate sessions read. Members stand in the same order every time.</summary>
internal static class SessionJson
{
    /// <summary>False where the rule's pattern came to no answer in time; nothing is written then.</summary>
    public static bool Write(Utf8JsonWriter writer, TemplateValues values)
    {
        if (!values.Captures.TryReadAll(out var captures))
        {
            return false;
        }

        writer.WriteStartObject();
        writer.WriteString("subject"u8, values.Subject);
        writer.WritePropertyName("extra"u8);
        if (values.Extra is { ValueKind: JsonValueKind.Object } extra)
        {
            extra.WriteTo(writer);
        }
        else
        {
            writer.WriteNullValue();
        }

        writer.WritePropertyName("header"u8);
        WriteHeaders(writer, values.Headers);
        writer.WriteStartObject("match_context"u8);
        WriteTexts(writer, "regexp_capture_groups", captures);
        if (values.Request is { } request)
        {
            GoUrlJson.Write(writer, request);
            writer.WriteString("method"u8, request.Method);
            writer.WritePropertyName("header"u8);
            WriteHeaders(writer, request.Headers);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        return true;
    }

    private static void WriteHeaders(Utf8JsonWriter writer, TemplateHeaders headers)
    {
        writer.WriteStartObject();
        foreach (var (name, values) in headers.All.Select(header => (Name: GoHeaderName.Of(header.Key), header.Value)).OrderBy(header => header.Name, StringComparer.Ordinal))
        {
            WriteTexts(writer, name, values);
        }

        writer.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }
}
