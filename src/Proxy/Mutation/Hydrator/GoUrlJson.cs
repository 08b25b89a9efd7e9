using System.Buffers;
using System.Text.Json;
using AuthProxy.Rules.Templates;

namespace AuthProxy.Proxy.Mutation.Hydrator;

/// <summary>The member <c>url</c> of a session: Go's <c>url.URL</c> as its JSON writer shows it, a struct and no text.</summary>
internal static class GoUrlJson
{
    // What Go leaves as it is in a path.
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("$&+,-./0123456789:;=@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");

    public static void Write(Utf8JsonWriter writer, TemplateRequest request)
    {
        var target = request.Target;
        writer.WriteStartObject("url"u8);
        writer.WriteString("Scheme"u8, request.Scheme);
        writer.WriteString("Opaque"u8, "");
        writer.WriteNull("User"u8);
        writer.WriteString("Host"u8, request.Host);
        writer.WriteString("Path"u8, target.DecodedPath);

        // Only where Go would not write the decoded path this way.
        writer.WriteString("RawPath"u8, HeaderText.Encode(target.DecodedPath, Plain) == target.Path ? "" : target.Path);
        writer.WriteBoolean("OmitHost"u8, false);
        writer.WriteBoolean("ForceQuery"u8, target.Query == "?");
        writer.WriteString("RawQuery"u8, target.Query.Length > 0 ? target.Query[1..] : "");
        writer.WriteString("Fragment"u8, "");
        writer.WriteString("RawFragment"u8, "");
        writer.WriteEndObject();
    }
}
