using System.Net;
using System.Security.Claims;
using System.Text;
using AuthProxy.Sdk;

namespace AuthProxy.Bank;

/// <summary>The bank's pages: plain HTML, with the vault's elements where something is read or typed that the bank itself is not to see.</summary>
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

    /// <summary>The page holds tokens. What they stand for appears in frames of the vault's, which no script of the bank's can look into.</summary>
    public IResult Profile(HttpContext context, Customer customer) => Page(
        context,
        "Your profile",
        $"""
        <form method="post" action="/profile/phone">
          <label>Phone <input name="phone" value="{Encode(customer.Phone)}" maxlength="32" required></label> <button type="submit">Change</button>
        </form>
        <h2>Social security number</h2>
        {(customer.SsnToken is { } ssn
            ? $"<secure-text label=\"Social security number\" token=\"{ssn}\"></secure-text><p class=\"note\">The bank stores <code>{ssn}</code>.</p>"
            : "<p>None yet.</p>")}
        <h2>Passport</h2>
        {(customer.PassportToken is { } passport ? $"<secure-downloader label=\"Passport\" token=\"{passport}\"></secure-downloader>" : "<p>None yet.</p>")}
        <p><a href="/profile/edit">{(customer.SsnToken is null ? "Enter them" : "Change them")}</a> · <a href="/">Home</a></p>
        """);

    /// <summary>One form is sent by a script and one by the browser itself; either sends tokens.</summary>
    public IResult Edit(HttpContext context) => Page(
        context,
        "Change what only you may see",
        """
        <form id="ssn">
          <label for="ssn-field">Social security number</label>
          <secure-input id="ssn-field" name="ssn_token" maxlength="64" required></secure-input>
          <button type="submit">Protect</button>
        </form>
        <form method="post" action="/profile/passport">
          <label for="passport-field">Passport</label>
          <secure-uploader id="passport-field" name="passport_token" accept="image/*,application/pdf" required></secure-uploader>
          <button type="submit">Store</button>
        </form>
        <p id="status" role="status">What you type goes to the vault; the bank gets a token for it.</p>
        <p><a href="/profile">Your profile</a></p>
        <script type="module" src="/edit.js"></script>
        """);

    private IResult Page(HttpContext context, string title, string body)
    {
        // No form-action: browsers apply it to redirects too, and logging out leads through the identity provider.
        context.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self' {_vault}/frame/; style-src 'self'; connect-src 'self'; frame-src {_vault}; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Content(
            $"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title><link rel="stylesheet" href="/bank.css"><script type="module" src="{_vault}/frame/elements.js"></script></head>
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
