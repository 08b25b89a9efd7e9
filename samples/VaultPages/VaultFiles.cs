using System.Collections.Frozen;
using System.Text;

namespace AuthProxy.VaultPages;

/// <summary>The pages, read once, and the headers that keep them what they are.</summary>
internal static class VaultFiles
{
    private static readonly FrozenDictionary<string, byte[]> Files = Directory
        .EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "wwwroot"))
        .ToFrozenDictionary(path => Path.GetFileName(path), File.ReadAllBytes, StringComparer.Ordinal);

    public static IResult Page(HttpContext context, string file, string embedder)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
            + $"frame-ancestors {embedder}; require-trusted-types-for 'script'; trusted-types 'none'";
        Harden(headers);

        // The page tells its script whom it may speak to; the fragment, which the embedding page writes, has no say in that.
        var html = Encoding.UTF8.GetString(Files[file]).Replace("{{embedder}}", embedder, StringComparison.Ordinal);
        return Results.Content(html, "text/html; charset=utf-8");
    }

    public static IResult Asset(HttpContext context, string file)
    {
        Harden(context.Response.Headers);
        return Path.GetExtension(file) switch
        {
            ".js" when Files.TryGetValue(file, out var script) => Results.Bytes(script, "text/javascript; charset=utf-8"),
            ".css" when Files.TryGetValue(file, out var style) => Results.Bytes(style, "text/css; charset=utf-8"),
            _ => Results.NotFound(),
        };
    }

    private static void Harden(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
    }
}
