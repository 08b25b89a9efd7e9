using System.Text.Json;
using AuthProxy.Rules.Templates;

namespace AuthProxy.Proxy.Mutation.Hydrator;

/// <summary>Oathkeeper's session as JSON: what services that hydrate sessions read. Members stand in the same order every time.</summary>
internal static class SessionJson
{
    public static void Write(Utf8JsonWriter writer, TemplateValues values)
    {
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
        WriteCaptures(writer, values);
        if (values.Request is { } request)
        {
            GoUrlJson.Write(writer, request);
            writer.WriteString("method"u8, request.Method);
            writer.WritePropertyName("header"u8);
            WriteHeaders(writer, request.Headers);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteCaptures(Utf8JsonWriter writer, TemplateValues values)
    {
        values.Captures.TryReadAll(out var captures);
        writer.WriteStartArray("regexp_capture_groups"u8);
        foreach (var capture in captures)
        {
            writer.WriteStringValue(capture);
        }

        writer.WriteEndArray();
    }

    private static void WriteHeaders(Utf8JsonWriter writer, TemplateHeaders headers)
    {
        writer.WriteStartObject();
        foreach (var (name, values) in headers.All.Select(header => (Name: GoHeaderName.Of(header.Key), header.Value)).OrderBy(header => header.Name, StringComparer.Ordinal))
        {
            writer.WriteStartArray(name);
            foreach (var value in values)
            {
                writer.WriteStringValue(value);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
