using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthProxy.Jose;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.OpenIdConnect.Claims;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Sealing;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>Speaks OpenID Connect with the provider: asks for a code, and makes a login of it.</summary>
internal sealed class OidcClient(
    OidcProviderSettings settings, LoginAddresses addresses, Passages passages, Discovery discovery, AuthorizationRequests requests, TokenEndpoint tokens,
    IdTokenChecks checks, ClaimSources sources, TimeProvider clock)
{
    /// <summary>What a session keeps of a login; no login of a sane provider comes near.</summary>
    public const int MaximumLoginBytes = 64 * 1024;

    private readonly string _redirectUri = addresses.RedirectUriOf(settings.Name);

    /// <summary>Where to send the browser.</summary>
    public ValueTask<AuthorizationRequestOutcome> AskAsync(
        ProviderMetadata metadata, LoginDemand demand, string state, Ticket ticket, CookieSecret binding, CancellationToken cancellation) =>
        requests.MakeAsync(metadata, demand, (state, NonceOf(ticket, binding), ChallengeOf(VerifierOf(ticket, binding))), cancellation);

    /// <inheritdoc cref="AuthorizationRequests.Pushes"/>
    public bool Pushes(ProviderMetadata metadata) => requests.Pushes(metadata);

    /// <summary>Why an authorization response is not this provider's answer; null where it is (RFC 9207, section 2.4).</summary>
    public string? ObjectToSender(ProviderMetadata metadata, string? issuer) => issuer switch
    {
        null => metadata.NamesItselfInResponses ? "the response does not say which provider it is from" : null,
        _ => issuer == settings.Issuer ? null : "the response is from another provider",
    };

    /// <summary>Exchanges the code and checks what comes for it.</summary>
    public async Task<LoginOutcome> RedeemAsync(ProviderMetadata metadata, string code, Ticket ticket, CookieSecret binding, CancellationToken cancellation)
    {
        switch (await tokens.ExchangeAsync(metadata.TokenEndpoint, code, VerifierOf(ticket, binding), _redirectUri, cancellation))
        {
            case ExchangeOutcome.Exchanged exchanged:
                return await CheckAsync(exchanged, ticket, NonceOf(ticket, binding), cancellation);
            case ExchangeOutcome.Refused refused:
                return new LoginOutcome.Failed(refused.Why);
            case ExchangeOutcome.Unavailable unavailable:
                return new LoginOutcome.Unavailable(unavailable.Why);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Where the browser logs out at the provider (OpenID Connect RP-Initiated Logout 1.0); null where that is not to be had.</summary>
    public async ValueTask<string?> LogoutAddressAsync(Session session, CancellationToken cancellation)
    {
        if (session.Tokens.IdToken is not { } hint || await discovery.FindAsync(cancellation) is not { EndSessionEndpoint: { } endpoint })
        {
            return null;
        }

        var separator = endpoint.Query.Length > 0 ? '&' : '?';
        return $"{endpoint.AbsoluteUri}{separator}id_token_hint={Uri.EscapeDataString(hint)}&client_id={Uri.EscapeDataString(settings.Client.Id)}"
            + $"&post_logout_redirect_uri={Uri.EscapeDataString(addresses.SignedOutUri)}";
    }

    private async Task<LoginOutcome> CheckAsync(ExchangeOutcome.Exchanged exchanged, Ticket ticket, string nonce, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        switch (await checks.CheckAsync(exchanged.IdToken!, exchanged.AccessToken, nonce, cancellation))
        {
            case IdTokenOutcome.Believed { Token: var old } when WhyTooLongAgo(old, ticket) is { } why:
                return new LoginOutcome.Insufficient(why);
            case IdTokenOutcome.Believed { Token: var token }:
                return await sources.GatherAsync(token, exchanged.AccessToken, cancellation) switch
                {
                    ClaimsOutcome.Known known => LogIn(token, known.Claims, exchanged, now),
                    ClaimsOutcome.OfAnother another => new LoginOutcome.Failed(another.Why),
                    ClaimsOutcome.Refused refused => new LoginOutcome.Failed(refused.Why),
                    ClaimsOutcome.Unavailable unavailable => new LoginOutcome.Unavailable(unavailable.Why),
                    _ => throw new System.Diagnostics.UnreachableException(),
                };
            case IdTokenOutcome.Refused refused:
                return new LoginOutcome.Failed(refused.Why);
            case IdTokenOutcome.Unavailable unavailable:
                return new LoginOutcome.Unavailable(unavailable.Why);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private LoginOutcome LogIn(VerifiedJwt token, JsonElement claims, ExchangeOutcome.Exchanged exchanged, DateTimeOffset now)
    {
        var size = claims.GetRawText().Length + exchanged.IdToken!.Length + (exchanged.AccessToken?.Length ?? 0) + (exchanged.RefreshToken?.Length ?? 0);
        return size > MaximumLoginBytes
            ? new LoginOutcome.Failed("the provider's tokens and claims are larger than a session may be")
            : new LoginOutcome.LoggedIn(new NewSession(
                settings.Issuer,
                token.Subject!,
                claims,
                new ProviderTokens(exchanged.IdToken, exchanged.AccessToken, exchanged.RefreshToken, now + exchanged.AccessTokenLife) { ReceivedAt = now },
                token.Text("sid"),
                token.Time("auth_time"))
            {
                Provider = settings.Name,
                Acr = token.Text("acr"),
                VouchedSince = token.IssuedAt - settings.ClockSkew,
            });
    }

    /// <summary>Why the person did not sign in as lately as the provider was asked to see to (OpenID Connect Core 1.0, section 3.1.3.7, number 13).</summary>
    private string? WhyTooLongAgo(VerifiedJwt token, Ticket ticket) =>
        settings.MaximumAge is not { } age ? null
        : token.Time("auth_time") is not { } at ? "the ID token does not say when the person signed in, although max_age was asked for"
        : at < ticket.IssuedAt - age - settings.ClockSkew ? "the person signed in longer ago than max_age"
        : null;

    private static string ChallengeOf(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    // Neither is kept anywhere: both are made again from the state that comes back and the cookie of the browser that brings it.
    private string VerifierOf(Ticket ticket, CookieSecret binding) => Base64Url.EncodeToString(passages.DeriveSecret(ticket, "pkce verifier", binding));

    private string NonceOf(Ticket ticket, CookieSecret binding) => Base64Url.EncodeToString(passages.DeriveSecret(ticket, "nonce", binding));
}

/// <summary>What became of a login at the provider.</summary>
internal abstract record LoginOutcome
{
    private LoginOutcome()
    {
    }

    public sealed record LoggedIn(NewSession Login) : LoginOutcome;

    public sealed record Failed(string Why) : LoginOutcome;

    /// <summary>The person has signed in, and not as was asked.</summary>
    public sealed record Insufficient(string Why) : LoginOutcome;

    public sealed record Unavailable(string Why) : LoginOutcome;
}
