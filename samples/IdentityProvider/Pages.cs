using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace AuthProxy.IdentityProvider;

/// <summary>The provider's few pages: plain HTML, no script.</summary>
internal static class Pages
{
    private const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;max-width:24rem;margin:4rem auto;padding:0 1rem}"
        + "label{display:block;margin:.75rem 0}input{display:block;width:100%;font:inherit;padding:.4rem}button{font:inherit;padding:.4rem 1rem}"
        + ".fault{color:#a00}.note{color:#555;font-size:.875rem}";

    private static readonly string StyleHash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)));

    /// <summary>The form posts to the very address that showed it: the request for authorization travels in its query and is checked again.</summary>
    public static IResult Login(HttpContext context, bool failed) => Page(
        context,
        failed ? StatusCodes.Status401Unauthorized : StatusCodes.Status200OK,
        "Log in",
        $"""
        {(failed ? "<p class=\"fault\" role=\"alert\">This name and password do not belong together.</p>" : "")}
        <form method="post" action="{WebUtility.HtmlEncode("/authorize" + context.Request.QueryString)}">
          <label>User <input name="username" autocomplete="username" required autofocus></label>
          <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
          <button type="submit">Log in</button>
        </form>
        <p class="note">Development provider. Users: alice / alice-demo and bob / bob-demo.</p>
        """);

    public static IResult ConfirmLogout(HttpContext context) => Page(
        context,
        StatusCodes.Status200OK,
        "Log out",
        $"""
        <p>Log out here too?</p>
        <form method="post" action="{WebUtility.HtmlEncode("/end-session" + context.Request.QueryString)}">
          <button type="submit">Log out</button>
        </form>
        """);

    public static IResult LoggedOut(HttpContext context) =>
        Page(context, StatusCodes.Status200OK, "Logged out", "<p>You are logged out.</p>");

    /// <summary>For faults that must not be sent to the redirect URI, because it is what is wrong.</summary>
    public static IResult Fault(HttpContext context, string message) =>
        Page(context, StatusCodes.Status400BadRequest, "This request cannot be answered", $"<p class=\"fault\">{WebUtility.HtmlEncode(message)}</p>");

    private static IResult Page(HttpContext context, int status, string title, string body)
    {
        // No form-action: browsers apply it to the redirects after a form too, and the login's form leads back to the application.
        context.Response.Headers.ContentSecurityPolicy = $"default-src 'none'; style-src 'sha256-{StyleHash}'; base-uri 'none'; frame-ancestors 'none'";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return Results.Content(
            $"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title><style>{Style}</style></head>
            <body>
            <h1>{title}</h1>
            {body}
            </body>
            </html>
            """,
            "text/html; charset=utf-8",
            Encoding.UTF8,
            status);
    }
}
