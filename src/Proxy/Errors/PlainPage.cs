using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;

namespace AuthProxy.Proxy.Errors;

/// <summary>A page of ours: plain HTML without scripts, readable for everybody, that no other page can frame.</summary>
internal static class PlainPage
{
    private const string Style =
        "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem;color:#1a1a1a;background:#fff}"
        + "button:focus-visible,a:focus-visible{outline:3px solid #1a1a1a;outline-offset:2px}"
        + "button,a.button{font:inherit;display:inline-block;padding:.5rem 1rem;border:1px solid #0b57d0;border-radius:.3rem;background:#0b57d0;color:#fff;text-decoration:none}"
        + "small{color:#555}"
        + "@media(prefers-color-scheme:dark){body{color:#eee;background:#1a1a1a}small{color:#aaa}button:focus-visible,a:focus-visible{outline-color:#eee}}";

    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; base-uri 'none'; frame-ancestors 'none'";

    /// <param name="context">The request; its status is set before.</param>
    /// <param name="title">The heading; encoded here.</param>
    /// <param name="body">HTML below it; what comes from elsewhere goes through <see cref="Encode"/>.</param>
    /// <param name="formPolicy">More of the content security policy, for forms; null where redirects behind a form must not be held to it.</param>
    /// <param name="cancellation">The client has gone.</param>
    public static Task WriteAsync(HttpContext context, string title, string body, string? formPolicy, CancellationToken cancellation)
    {
        var html = Encoding.UTF8.GetBytes(
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Encode(title)}</title>
            <style>{Style}</style>
            </head>
            <body>
            <main>
            <h1>{Encode(title)}</h1>
            {body}
            </main>
            </body>
            </html>
            """);
        return WriteAsync(context, html, Policy, formPolicy, cancellation);
    }

    /// <summary>A whole page, with the headers that make it one of ours.</summary>
    public static async Task WriteAsync(HttpContext context, byte[] html, string policy, string? formPolicy, CancellationToken cancellation)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = formPolicy is null ? policy : $"{policy}; {formPolicy}";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.ContentLength = html.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(html, cancellation);
        }
    }

    public static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
