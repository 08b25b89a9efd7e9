using AuthProxy.Tokenizer.Configuration;

namespace AuthProxy.Tokenizer.Frame;

/// <summary>What keeps the frame what it is: nothing runs in it but our scripts, nothing leaves it but to its own origin, and only the application's pages hold it.</summary>
internal static class FrameHeaders
{
    public static void SetForPage(IHeaderDictionary headers, ApplicationSettings application)
    {
        var embedders = application.Origins.Count > 0 ? string.Join(' ', application.Origins) : "'none'";
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
            + $"frame-ancestors {embedders}; require-trusted-types-for 'script'; trusted-types 'none'";
        headers["Permissions-Policy"] = "camera=(), clipboard-read=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()";

        // A page of the same site must not lift the border between origins by document.domain.
        headers["Origin-Agent-Cluster"] = "?1";

        // Opened as a window, it has no opener that could speak to it.
        headers["Cross-Origin-Opener-Policy"] = "same-origin";

        // Pages that isolate themselves (Cross-Origin-Embedder-Policy) may hold it too; frame-ancestors says which pages those are.
        headers["Cross-Origin-Embedder-Policy"] = "require-corp";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        AskEachTime(headers);
    }

    /// <summary>The frame's own scripts and style. Other content has another address, so they are kept for as long as browsers like.</summary>
    public static void SetForPart(IHeaderDictionary headers)
    {
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "public, max-age=31536000, immutable";
    }

    /// <summary>What the application's pages load, under an address that stays.</summary>
    public static void SetForPages(IHeaderDictionary headers)
    {
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        AskEachTime(headers);
    }

    private static void AskEachTime(IHeaderDictionary headers) => headers.CacheControl = "no-cache";
}
