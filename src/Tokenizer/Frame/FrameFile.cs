using System.Security.Cryptography;
using System.Text;

namespace AuthProxy.Tokenizer.Frame;

/// <summary>A file of the frame as it is sent.</summary>
/// <param name="Tag">Changes whenever the content does (RFC 9110, 8.8.3).</param>
internal sealed record FrameFile(string Name, byte[] Content, string MediaType, string Tag)
{
    public static FrameFile Of(string name, byte[] content)
    {
        var type = Path.GetExtension(name) switch
        {
            ".html" => "text/html",
            ".css" => "text/css",
            _ => "text/javascript",
        };
        return new FrameFile(name, content, type + "; charset=utf-8", $"\"{Hash(content)}\"");
    }

    /// <summary>A file of the folder Pages, which is part of the program.</summary>
    public static FrameFile Read(string name)
    {
        using var resource = typeof(FrameFile).Assembly.GetManifestResourceStream($"AuthProxy.Tokenizer.Frame.Pages.{name}")
            ?? throw new InvalidOperationException($"{name} is not part of the program.");
        using var content = new MemoryStream();
        resource.CopyTo(content);
        return Of(name, content.ToArray());
    }

    /// <summary>A name for files as they are together; other content has another name.</summary>
    public static string VersionOf(IEnumerable<FrameFile> files) => Hash(Encoding.ASCII.GetBytes(string.Concat(files.Select(file => file.Tag))));

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16));
}
