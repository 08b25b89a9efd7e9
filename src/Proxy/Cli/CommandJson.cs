using System.Text;
using System.Text.Json;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Cli;

/// <summary>What commands print for programs: one JSON object.</summary>
internal static class CommandJson
{
    public static void Write(TextWriter output, Action<Utf8JsonWriter> members)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(stream.ToArray()));
    }

    public static void WriteFaults(this Utf8JsonWriter json, string name, IEnumerable<ConfigFault> faults)
    {
        json.WriteStartArray(name);
        foreach (var fault in faults)
        {
            json.WriteStartObject();
            json.WriteString("file"u8, fault.File);
            json.WriteNumber("line"u8, fault.Line);
            json.WriteString("key"u8, fault.Key);
            json.WriteString("message"u8, fault.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteTexts(this Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
