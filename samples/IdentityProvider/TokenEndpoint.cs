using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AuthProxy.IdentityProvider;

/// <summary>Exchanges a code, once, for an ID token and an access token.</summary>
internal static class TokenEndpoint
{
    public static void MapToken(this WebApplication app) => app.MapPost("/token", ExchangeAsync);

    private static async Task<IResult> ExchangeAsync(
        HttpContext context, ProviderKeys keys, IssuedCodes codes, AccessTokens tokens, CancellationToken cancellation)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!context.Request.HasFormContentType)
        {
            return Error("invalid_request");
        }

        var form = await context.Request.ReadFormAsync(cancellation);
        if (!IsOurClient(context.Request, form))
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"token\"";
            return Error("invalid_client", StatusCodes.Status401Unauthorized);
        }

        if (form["grant_type"] != "authorization_code")
        {
            return Error("unsupported_grant_type");
        }

        // Taken before it is looked at: a code that was tried with a wrong verifier is spent as well.
        if (codes.Take(form["code"]) is not { } grant
            || form["redirect_uri"] != grant.RedirectUri
            || !DemoUsers.Same(grant.CodeChallenge, Challenge(form["code_verifier"].ToString())))
        {
            return Error("invalid_grant");
        }

        var accessToken = tokens.Add(grant.User);
        return DiscoveryEndpoints.Json(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("access_token", accessToken);
            writer.WriteString("token_type", "Bearer");
            writer.WriteNumber("expires_in", 300);
            writer.WriteString("scope", grant.Scope);
            writer.WriteString("id_token", keys.SignIdToken(grant, accessToken));
            writer.WriteEndObject();
        });
    }

    /// <summary>client_secret_basic or client_secret_post, never both.</summary>
    private static bool IsOurClient(HttpRequest request, IFormCollection form)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.Length == 0)
        {
            return form["client_id"] == ProviderOptions.ClientId && DemoUsers.Same(ProviderOptions.ClientSecret, form["client_secret"]);
        }

        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) || form.ContainsKey("client_secret"))
        {
            return false;
        }

        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[6..], bytes, out var written))
        {
            return false;
        }

        // RFC 6749, 2.3.1: both halves are form-encoded before they are joined.
        var parts = Encoding.UTF8.GetString(bytes, 0, written).Split(':', 2);
        return parts.Length == 2
            && Uri.UnescapeDataString(parts[0].Replace('+', ' ')) == ProviderOptions.ClientId
            && DemoUsers.Same(ProviderOptions.ClientSecret, Uri.UnescapeDataString(parts[1].Replace('+', ' ')));
    }

    private static string Challenge(string verifier) =>
        verifier.Length is < 43 or > 128 ? "" : Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    private static IResult Error(string error, int status = StatusCodes.Status400BadRequest) => DiscoveryEndpoints.Json(
        writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("error", error);
            writer.WriteEndObject();
        },
        status);
}
