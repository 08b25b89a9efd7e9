using System.Net;
using System.Security.Claims;
using System.Text;
using AuthProxy.Sdk;

namespace AuthProxy.Bank;

/// <summary>The bank's pages: plain HTML. Where a social security number is read or typed, the vault's own page is embedded.</summary>
internal sealed class Pages(IConfiguration configuration)
{
    private readonly string _vault = configuration["Bank:VaultOrigin"] ?? throw new InvalidOperationException("Bank:VaultOrigin is missing; set it to the vault's address as browsers see it.");

    public IResult Home(HttpContext context, Customer customer) => Page(
        context,
        "Bank",
        $"""
        <p>Good day, <strong>{Encode(customer.Name)}</strong>. The bank knows you because the Proxy says so; it has no login of its own.</p>
        <dl>
          <dt>Subject</dt><dd>{Claim(context, AuthProxyClaimTypes.Subject)}</dd>
          <dt>known to</dt><dd>{Claim(context, AuthProxyClaimTypes.SubjectIssuer)}</dd>
          <dt>E-mail</dt><dd>{Encode(customer.Email)}</dd>
          <dt>Groups</dt><dd>{Encode(string.Join(", ", context.User.FindAll("groups").Select(claim => claim.Value)))}</dd>
          <dt>Session</dt><dd>{Claim(context, AuthProxyClaimTypes.SessionId)}</dd>
        </dl>
        <p><a href="/profile">Your profile</a> · <a href="/me">What the bank received with this request</a></p>
        """);

    /// <summary>The token travels in the fragment, which no server sees; the value appears only inside the vault's frame.</summary>
    public IResult Profile(HttpContext context, Customer customer) => Page(
        context,
        "Your profile",
        $"""
        <form method="post" action="/profile/phone">
          <label>Phone <input name="phone" value="{Encode(customer.Phone)}" maxlength="32" required></label> <button type="submit">Change</button>
        </form>
        <h2>Social security number</h2>
        {(customer.SsnToken is { } token
            ? $"<iframe title=\"Social security number\" src=\"{_vault}/reveal#{token}\" sandbox=\"allow-scripts allow-same-origin\"></iframe><p class=\"note\">The bank stores <code>{token}</code>.</p>"
            : "<p>None yet.</p>")}
        <p><a href="/profile/edit">{(customer.SsnToken is null ? "Enter it" : "Change it")}</a> · <a href="/">Home</a></p>
        """);

    public IResult Edit(HttpContext context) => Page(
        context,
        "Change your social security number",
        $"""
        <iframe id="vault" title="Social security number" src="{_vault}/enter" data-vault="{_vault}" sandbox="allow-scripts allow-same-origin allow-forms"></iframe>
        <p id="status" role="status">What you type goes to the vault; the bank gets a token for it.</p>
        <p><a href="/profile">Your profile</a></p>
        <script type="module" src="/edit.js"></script>
        """);

    private IResult Page(HttpContext context, string title, string body)
    {
        // No form-action: browsers apply it to redirects too, and logging out leads through the identity provider.
        context.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src {_vault}; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Content(
            $"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title><link rel="stylesheet" href="/bank.css"></head>
            <body>
            <header><a href="/">Bank</a><form method="post" action="/.authproxy/logout"><button type="submit">Log out</button></form></header>
            <h1>{title}</h1>
            {body}
            </body>
            </html>
            """,
            "text/html; charset=utf-8",
            Encoding.UTF8);
    }

    private static string Claim(HttpContext context, string type) => Encode(context.User.FindFirstValue(type) ?? "");

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
