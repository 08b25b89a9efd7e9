using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Sealing;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>Speaks OpenID Connect with the provider: asks for a code, and makes a login of it.</summary>
internal sealed class OidcClient(
    OidcProviderSettings settings, LoginAddresses addresses, Passages passages, Discovery discovery, TokenEndpoint tokens, IdTokenChecks checks, TimeProvider clock)
{
    /// <summary>What a session keeps of a login; no login of a sane provider comes near.</summary>
    public const int MaximumLoginBytes = 64 * 1024;

    private readonly string _redirectUri = addresses.RedirectUriOf(settings.Name);
    private readonly KeptClaims _kept = new(settings.Claims);

    /// <summary>The provider's address to send the browser to (OpenID Connect Core 1.0, section 3.1.2.1, with RFC 7636).</summary>
    public string AuthorizationAddress(ProviderMetadata metadata, string state, Ticket ticket, CookieSecret binding)
    {
        var address = new StringBuilder(metadata.AuthorizationEndpoint.AbsoluteUri);
        Append("response_type", "code");
        Append("client_id", settings.Client.Id);
        Append("redirect_uri", _redirectUri);
        Append("scope", string.Join(' ', settings.Scopes));
        Append("state", state);
        Append("nonce", NonceOf(ticket, binding));
        Append("code_challenge", Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(VerifierOf(ticket, binding)))));
        Append("code_challenge_method", "S256");
        foreach (var (name, value) in settings.AuthorizationParameters)
        {
            Append(name, value);
        }

        return address.ToString();

        void Append(string name, string value) => address
            .Append(address.ToString().Contains('?', StringComparison.Ordinal) ? '&' : '?')
            .Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
    }

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
                return await CheckAsync(exchanged, NonceOf(ticket, binding), cancellation);
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

    private async Task<LoginOutcome> CheckAsync(ExchangeOutcome.Exchanged exchanged, string nonce, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        switch (await checks.CheckAsync(exchanged.IdToken!, exchanged.AccessToken, nonce, cancellation))
        {
            case IdTokenOutcome.Believed { Token: var token }:
                var claims = _kept.Of(token.Claims);
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
                    });
            case IdTokenOutcome.Refused refused:
                return new LoginOutcome.Failed(refused.Why);
            case IdTokenOutcome.Unavailable unavailable:
                return new LoginOutcome.Unavailable(unavailable.Why);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

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

    public sealed record Unavailable(string Why) : LoginOutcome;
}
