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
        /// <summary>Whether whoever has the access token may use it; one that asks for more than having it is good for nothing here.</summary>
        public required bool IsBearer { get; init; }

        public override string ToString() => nameof(Exchanged);
    }

    /// <summary>The provider does not take the grant, or answers something else than tokens.</summary>
    /// <param name="Why">For the operator.</param>
    /// <param name="Error">The provider's error code, such as <c>invalid_grant</c>; null where there is none.</param>
    public sealed record Refused(string Why, string? Error = null) : ExchangeOutcome;

    /// <summary>The provider cannot be reached, or has trouble of its own.</summary>
    public sealed record Unavailable(string Why) : ExchangeOutcome
    {
        /// <inheritdoc cref="FormOutcome.Unavailable.RetryAfter"/>
        public TimeSpan? RetryAfter { get; init; }
    }
}

/// <summary>Exchanges grants for tokens. Codes, which anybody can make up, and refreshes, which sessions live by, do not take each other's places.</summary>
internal sealed class TokenEndpoint(ClientForms forms, TimeSpan timeout) : IDisposable
{
    /// <summary>How many codes, and how many refresh tokens, are shown to one provider at once.</summary>
    public const int MostAtOnce = 32;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly ExchangeOutcome Full = new ExchangeOutcome.Unavailable("too many grants are being exchanged at the provider");

    private readonly Turnstile _codes = new(MostAtOnce, Patience);

    // Nobody can make up sessions: those that are here may wait for each other.
    private readonly Turnstile _refreshes = new(MostAtOnce, timeout);

    /// <summary>Exchanges a code (RFC 6749, section 4.1.3, with RFC 7636).</summary>
    public async Task<ExchangeOutcome> ExchangeAsync(Uri endpoint, string code, string verifier, string redirectUri, CancellationToken cancellation) =>
        await _codes.RunAsync(
            () => RedeemAsync(
                endpoint, [new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", redirectUri), new("code_verifier", verifier)], cancellation),
            Full,
            cancellation) switch
        {
            ExchangeOutcome.Exchanged { IdToken: null } => new ExchangeOutcome.Refused("the token endpoint gave no ID token"),
            ExchangeOutcome.Exchanged { IsBearer: false } => new ExchangeOutcome.Refused("the token endpoint gave an access token of another type than Bearer"),
            var outcome => outcome,
        };

    /// <summary>Shows a refresh token (RFC 6749, section 6). It may be used up by that, whatever comes back.</summary>
    public Task<ExchangeOutcome> RefreshAsync(Uri endpoint, string refreshToken, CancellationToken cancellation) =>
        _refreshes.RunAsync(() => RedeemAsync(endpoint, [new("grant_type", "refresh_token"), new("refresh_token", refreshToken)], cancellation), Full, cancellation);

    public void Dispose()
    {
        _codes.Dispose();
        _refreshes.Dispose();
    }

    private async Task<ExchangeOutcome> RedeemAsync(Uri endpoint, IEnumerable<KeyValuePair<string, string>> grant, CancellationToken cancellation) =>
        await forms.PostAsync(("the token endpoint", endpoint), endpoint, grant, cancellation) switch
        {
            FormOutcome.Answered answered => Read(answered.Answer),
            FormOutcome.Refused refused => new ExchangeOutcome.Refused(refused.Why, refused.Error),
            FormOutcome.Unavailable unavailable => new ExchangeOutcome.Unavailable(unavailable.Why) { RetryAfter = unavailable.RetryAfter },
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private static ExchangeOutcome.Exchanged Read(JsonElement answer)
    {
        TimeSpan? life = answer.TryGetProperty("expires_in", out var seconds) && seconds.ValueKind == JsonValueKind.Number && seconds.TryGetInt32(out var value) && value > 0
            ? TimeSpan.FromSeconds(value)
            : null;
        return new ExchangeOutcome.Exchanged(Text(answer, "id_token"), Text(answer, "access_token"), Text(answer, "refresh_token"), life)
        {
            IsBearer = Text(answer, "token_type") is not { } type || type.Equals("Bearer", StringComparison.OrdinalIgnoreCase),
        };
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
