using System.Buffers;
using System.Text;
using System.Text.Json;

namespace AuthProxy.Proxy.Cli;

/// <summary>What <c>--groups</c> and <c>--claim</c> say of somebody.</summary>
internal static class ClaimArguments
{
    /// <param name="arguments">Of a command that takes both options.</param>
    /// <param name="subject">Put in as <c>sub</c>, where it is to stand there.</param>
    /// <param name="fault">Set where something cannot be; else left as it is.</param>
    public static JsonElement Read(CommandArguments arguments, string? subject, ref string fault)
    {
        var claims = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(claims))
        {
            json.WriteStartObject();
            if (arguments["--groups"] is { } groups)
            {
                json.WriteTexts("groups", groups.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            }

            var seen = new HashSet<string>(StringComparer.Ordinal) { "groups" };
            if (subject is not null)
            {
                seen.Add("sub");
                json.WriteString("sub"u8, subject);
            }

            foreach (var claim in arguments.All("--claim"))
            {
                var equals = claim.IndexOf('=', StringComparison.Ordinal);
                if (equals < 1 || !seen.Add(claim[..equals]))
                {
                    fault = equals < 1 ? $"--claim is '{claim}'; write name=value" : $"--claim {claim[..equals]} is given twice, or is --groups{(subject is null ? "" : " or --as")}";
                    continue;
                }

                json.WritePropertyName(claim[..equals]);
                WriteValue(json, claim[(equals + 1)..]);
            }

            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(claims.WrittenMemory);
        return document.RootElement.Clone();
    }

    /// <summary>What is JSON stays it (<c>true</c>, <c>42</c>, <c>["a"]</c>); everything else is text.</summary>
    private static void WriteValue(Utf8JsonWriter json, string value)
    {
        try
        {
            using var parsed = JsonDocument.Parse(Encoding.UTF8.GetBytes(value));
            parsed.RootElement.WriteTo(json);
        }
        catch (JsonException)
        {
            json.WriteStringValue(value);
        }
    }
}
