using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Errors;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>The few pages that people see of us: plain HTML without scripts, in our own words only.</summary>
internal static class LoginPages
{
    private const string Style =
        "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem;color:#1a1a1a;background:#fff}"
        + "button,a.button{font:inherit;display:inline-block;padding:.5rem 1rem;border:1px solid #0b57d0;border-radius:.3rem;background:#0b57d0;color:#fff;text-decoration:none}"
        + "small{color:#555}"
        + "@media(prefers-color-scheme:dark){body{color:#eee;background:#1a1a1a}small{color:#aaa}}";

    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; base-uri 'none'; frame-ancestors 'none'";

    public static Task RefusalAsync(HttpContext context, RefusalAnswer answer, string retry)
    {
        RefusalResponse.SetHead(context.Response, answer.Refusal);
        return WriteAsync(
            context,
            answer.Refusal.Title,
            $"""
            <p><a class="button" href="{Encode(retry)}">Try again</a></p>
            <p><small>Support code {Encode(answer.SupportCode)}</small></p>
            """,
            "form-action 'none'");
    }

    /// <summary>A question and a button: a link from elsewhere must not sign anybody out.</summary>
    public static Task ConfirmLogoutAsync(HttpContext context, string action) => WriteAsync(
        context,
        "Sign out?",
        $"""<form method="post" action="{Encode(action)}"><button type="submit">Sign out</button></form>""",

        // No form-action: browsers hold every redirect behind the form to it, and what lies behind the provider is the provider's affair.
        null);

    public static Task SignedOutAsync(HttpContext context, string start) => WriteAsync(
        context,
        "You are signed out.",
        $"""<p><a class="button" href="{Encode(start)}">Back to the start page</a></p>""",
        "form-action 'none'");

    private static async Task WriteAsync(HttpContext context, string title, string body, string? formPolicy)
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
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = formPolicy is null ? Policy : $"{Policy}; {formPolicy}";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.ContentLength = html.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(html, context.RequestAborted);
        }
    }

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
