using System.Buffers;
using System.Text.Json;

namespace AuthProxy.Proxy.Authentication.Introspection;

/// <summary>Oathkeeper's <c>.Extra</c> of an introspected token: what stands under <c>ext</c>, and beside it whom the token was given to, for what.</summary>
internal static class OathkeeperExtra
{
    private const string Audience = "aud";

    private static readonly string[] Texts = ["username", "client_id", "scope"];

    public static JsonElement Of(JsonElement answer, IReadOnlyList<string> audiences)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            WriteExtensions(writer, answer, audiences.Count > 0);
            foreach (var name in Texts)
            {
                writer.WriteString(name, IntrospectionAnswer.TextOf(answer, name));
            }

            WriteAudiences(writer, audiences);
            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    // The server's own word wins: an extension must not rename the client or widen the scope.
    private static void WriteExtensions(Utf8JsonWriter writer, JsonElement answer, bool hasAudience)
    {
        if (!answer.TryGetProperty("ext"u8, out var extensions) || extensions.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in extensions.EnumerateObject().Where(member => !Texts.Contains(member.Name) && !(hasAudience && member.Name == Audience)))
        {
            member.WriteTo(writer);
        }
    }

    private static void WriteAudiences(Utf8JsonWriter writer, IReadOnlyList<string> audiences)
    {
        if (audiences.Count == 0)
        {
            return;
        }

        writer.WriteStartArray(Audience);
        foreach (var audience in audiences)
        {
            writer.WriteStringValue(audience);
        }

        writer.WriteEndArray();
    }
}
