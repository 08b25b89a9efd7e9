using System.Security.Cryptography;
using System.Text;
using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>
/// One cookie a host that binds everything begun in a browser to this browser, however many tabs it has: what comes back into
/// another browser (login CSRF, a stolen code) is worth nothing there.
/// </summary>
internal static class LoginBinding
{
    /// <summary>How long the cookie outlives what was begun last.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    /// <summary>The browser's secret: the one that it has, so that its other tabs go on, or a new one.</summary>
    public static CookieSecret Ensure(HttpContext context, TimeSpan life)
    {
        var secret = SecretCookies.Read(context.Request.Headers, SecretCookies.Login) is [var known, ..] ? known : CookieSecret.New();
        context.Response.Headers.Append("Set-Cookie", SecretCookies.Line(SecretCookies.Login, secret.Text, life + Margin));
        return secret;
    }

    public static string HashOf(CookieSecret secret) => Convert.ToHexString(secret.StoreKey.ToBytes());

    /// <summary>The secret that something was bound to, where this browser has it.</summary>
    public static CookieSecret? Find(HttpContext context, string hash) =>
        SecretCookies.Read(context.Request.Headers, SecretCookies.Login)
            .FirstOrDefault(secret => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(secret)), Encoding.ASCII.GetBytes(hash)));

    /// <summary>Whether this browser has a secret, and not this one. One that keeps no cookies has none, and would go round for ever.</summary>
    public static bool IsAnother(HttpContext context, string hash) =>
        SecretCookies.Read(context.Request.Headers, SecretCookies.Login).Count > 0 && Find(context, hash) is null;
}
