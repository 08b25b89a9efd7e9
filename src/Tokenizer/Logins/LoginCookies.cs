using System.Globalization;
using System.Security.Cryptography;

namespace AuthProxy.Tokenizer.Logins;

/// <summary>
/// A cookie of the vault's host. Its prefix binds it to just that host, whole and over TLS (RFC 6265bis, 4.1.3.2): no sibling host can plant one, and
/// no script reads it.
/// </summary>
internal sealed class LoginCookies
{
    /// <summary>Who the user is.</summary>
    public static readonly LoginCookies Session = new("__Host-tokenizer-session");

    /// <summary>Binds every login that this browser has begun to this browser.</summary>
    public static readonly LoginCookies Binding = new("__Host-tokenizer-login");

    private readonly string _name;

    private LoginCookies(string name) => _name = name;

    /// <returns>Null where there is none, or where two differ and nobody could say which is the right one.</returns>
    public LoginSecret? Read(IHeaderDictionary headers)
    {
        LoginSecret? found = null;
        foreach (var pair in headers.Cookie.SelectMany(line => (line ?? "").Split(';', StringSplitOptions.TrimEntries)))
        {
            if (!pair.StartsWith(_name + "=", StringComparison.Ordinal) || LoginSecret.Parse(pair.AsSpan(_name.Length + 1)) is not { } secret)
            {
                continue;
            }

            if (found is not null && !CryptographicOperations.FixedTimeEquals(found.Bytes, secret.Bytes))
            {
                return null;
            }

            found = secret;
        }

        return found;
    }

    /// <param name="fromOtherSites">Whether it comes along with requests that pages of other sites make.</param>
    public void Write(HttpContext context, LoginSecret secret, TimeSpan life, bool fromOtherSites) => context.Response.Headers.Append(
        "Set-Cookie",
        string.Create(
            CultureInfo.InvariantCulture,
            $"{_name}={secret.ToText()}; Path=/; Max-Age={(long)life.TotalSeconds}; Secure; HttpOnly; SameSite={(fromOtherSites ? "None" : "Lax")}"));
}
