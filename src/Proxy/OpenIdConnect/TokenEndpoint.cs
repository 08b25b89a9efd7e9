using System.Text.Json;
using AuthProxy.Proxy.OpenIdConnect.Clients;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>What became of a grant (RFC 6749, section 4: a code, a refresh token) at the token endpoint.</summary>
internal abstract record ExchangeOutcome
{
    private ExchangeOutcome()
    {
    }

    /// <summary>The tokens, none of them checked yet. Only a code has to bring an ID token.</summary>
    public sealed record Exchanged(string? IdToken, string? AccessToken, string? RefreshToken, TimeSpan? AccessTokenLife) : ExchangeOutcome
    {
        public override string ToString() => nameof(Exchanged);
    }

    /// <summary>The provider does not take the grant, or answers something else than tokens.</summary>
    /// <param name="Why">For the operator.</param>
    /// <param name="Error">The provider's error code, such as <c>invalid_grant</c>; null where there is none.</param>
    public sealed record Refused(string Why, string? Error = null) : ExchangeOutcome;

    /// <summary>The provider cannot be reached, or has trouble of its own.</summary>
    public sealed record Unavailable(string Why) : ExchangeOutcome;
}

/// <summary>Exchanges grants for tokens.</summary>
internal sealed class TokenEndpoint(ClientForms forms)
{
    /// <summary>Exchanges a code (RFC 6749, section 4.1.3, with RFC 7636).</summary>
    public async Task<ExchangeOutcome> ExchangeAsync(Uri endpoint, string code, string verifier, string redirectUri, CancellationToken cancellation) =>
        await RedeemAsync(
            endpoint, [new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", redirectUri), new("code_verifier", verifier)], cancellation) switch
        {
            ExchangeOutcome.Exchanged { IdToken: null } => new ExchangeOutcome.Refused("the token endpoint gave no ID token"),
            var outcome => outcome,
        };

    private async Task<ExchangeOutcome> RedeemAsync(Uri endpoint, IEnumerable<KeyValuePair<string, string>> grant, CancellationToken cancellation) =>
        await forms.PostAsync(("the token endpoint", endpoint), endpoint, grant, cancellation) switch
        {
            FormOutcome.Answered answered => Read(answered.Answer),
            FormOutcome.Refused refused => new ExchangeOutcome.Refused(refused.Why, refused.Error),
            FormOutcome.Unavailable unavailable => new ExchangeOutcome.Unavailable(unavailable.Why),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private static ExchangeOutcome Read(JsonElement answer)
    {
        if (Text(answer, "token_type") is { } type && !type.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            return new ExchangeOutcome.Refused("the token endpoint gave an access token of another type than Bearer");
        }

        TimeSpan? life = answer.TryGetProperty("expires_in", out var seconds) && seconds.ValueKind == JsonValueKind.Number && seconds.TryGetInt32(out var value) && value > 0
            ? TimeSpan.FromSeconds(value)
            : null;
        return new ExchangeOutcome.Exchanged(Text(answer, "id_token"), Text(answer, "access_token"), Text(answer, "refresh_token"), life);
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
