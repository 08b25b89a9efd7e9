using System.Text;
using System.Text.Json;

namespace AuthProxy.IdentityProvider;

/// <summary>What a client finds out by itself: addresses, abilities, keys.</summary>
internal static class DiscoveryEndpoints
{
    public static void MapDiscovery(this WebApplication app)
    {
        app.MapGet("/", (ProviderOptions options) => Results.Text($"Development identity provider {options.Issuer}\n"));
        app.MapGet("/.well-known/openid-configuration", (ProviderOptions options) => Json(writer => Write(writer, options)));
        app.MapGet("/jwks", (ProviderKeys keys) => Json(keys.WriteJwks));
    }

    /// <summary>JSON by a writer, so that this sample needs no serializer.</summary>
    public static IResult Json(Action<Utf8JsonWriter> write, int status = StatusCodes.Status200OK)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }

        return Results.Content(Encoding.UTF8.GetString(buffer.ToArray()), "application/json", Encoding.UTF8, status);
    }

    private static void Write(Utf8JsonWriter writer, ProviderOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("issuer", options.Issuer);
        writer.WriteString("authorization_endpoint", options.Issuer + "/authorize");
        writer.WriteString("token_endpoint", options.Issuer + "/token");
        writer.WriteString("userinfo_endpoint", options.Issuer + "/userinfo");
        writer.WriteString("end_session_endpoint", options.Issuer + "/end-session");
        writer.WriteString("jwks_uri", options.Issuer + "/jwks");
        List(writer, "scopes_supported", "openid", "profile", "email", "groups");
        List(writer, "response_types_supported", "code");
        List(writer, "response_modes_supported", "query");
        List(writer, "grant_types_supported", "authorization_code");
        List(writer, "subject_types_supported", "public");
        List(writer, "id_token_signing_alg_values_supported", "RS256");
        List(writer, "token_endpoint_auth_methods_supported", "client_secret_basic", "client_secret_post");
        List(writer, "code_challenge_methods_supported", "S256");
        List(writer, "claims_supported", "sub", "sid", "auth_time", "name", "preferred_username", "email", "email_verified", "groups");
        writer.WriteBoolean("authorization_response_iss_parameter_supported", true);
        writer.WriteEndObject();
    }

    private static void List(Utf8JsonWriter writer, string name, params ReadOnlySpan<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }
}
