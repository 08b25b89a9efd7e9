using System.Text.Json;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Rules.Loading;

/// <summary>Parts of a file that stand for JSON: claims, bodies.</summary>
internal static class NodeJson
{
    public static JsonElement Of(ConfigNode node) => Write(node.WriteJson);

    public static JsonElement Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            write(writer);
        }

        using var document = JsonDocument.Parse(stream.ToArray());
        return document.RootElement.Clone();
    }
}
