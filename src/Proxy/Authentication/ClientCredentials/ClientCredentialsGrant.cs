using System.Globalization;
using System.Text;
using System.Text.Json;
using AuthProxy.Jose.Reading;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Authentication.ClientCredentials;

/// <summary>The client-credentials grant (RFC 6749, section 4.4): what is asked, and what an answer grants.</summary>
internal static class ClientCredentialsGrant
{
    private const int MaximumDepth = 16;

    public static RemoteRequest Request(Uri tokenUrl, BasicCredentials client, IReadOnlyList<string> scopes, string? audience = null) => new(HttpMethod.Post, tokenUrl)
    {
        // RFC 6749, section 2.3.1: both halves are form-encoded before they are joined by a colon.
        Headers =
        [
            new("Authorization", "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{FormText.Encode(client.Id)}:{FormText.Encode(client.Secret)}"))),
            new("Accept", "application/json"),
        ],
        Body = FormText.Body(("grant_type", "client_credentials"), ("scope", scopes.Count > 0 ? string.Join(' ', scopes) : null), ("audience", audience)),
        ContentType = FormText.ContentType,
    };

    /// <summary>The token in an answer with status 200; null where there is none.</summary>
    public static GrantedToken? Read(ReadOnlyMemory<byte> answer) =>
        StrictJson.ParseObject(answer.Span, MaximumDepth, out var json) is null
        && StrictJson.TryGetText(json, "access_token"u8, out var token) && token is { Length: > 0 } && ServiceHeaders.IsValue(token)
            ? new GrantedToken(token, LifeOf(json))
            : null;

    // A number by the standard; some servers write it as text.
    private static TimeSpan? LifeOf(JsonElement json) =>
        json.TryGetProperty("expires_in", out var life)
        && int.TryParse(life.ValueKind == JsonValueKind.String ? life.GetString() : life.GetRawText(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
}

/// <param name="Text">The access token.</param>
/// <param name="Life">How long it lives; null where the server does not say.</param>
internal sealed record GrantedToken(string Text, TimeSpan? Life)
{
    public override string ToString() => "[secret]";
}
