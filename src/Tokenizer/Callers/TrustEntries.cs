using AuthProxy.Jose;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Refusals;

namespace AuthProxy.Tokenizer.Callers;

/// <summary>Everybody whose tokens are believed, by issuer.</summary>
internal sealed class TrustEntries(IEnumerable<TrustEntry> entries) : IDisposable
{
    private readonly Dictionary<string, TrustEntry> _byIssuer = entries.ToDictionary(entry => entry.Settings.Issuer, StringComparer.Ordinal);

    /// <summary>Whether an issuer of subjects is one of the realm's proxies: those vouch for guests, and providers for everybody else.</summary>
    public bool IsProxy(string issuer) => _byIssuer.TryGetValue(issuer, out var entry) && (entry.Is(TrustRoles.Gateway) || entry.Is(TrustRoles.Sidecar));

    /// <summary>Verifies a token of one kind under the key of whoever says it is theirs.</summary>
    public async ValueTask<TrustOutcome> VerifyAsync(string token, string type, CancellationToken cancellation)
    {
        if (UnverifiedJwt.Read(token) is not JwtReadOutcome.Read { Jwt: var unverified })
        {
            return new TrustOutcome.Rejected("the token is malformed");
        }

        if (unverified.ClaimedIssuer is not { } issuer || !_byIssuer.TryGetValue(issuer, out var entry))
        {
            return new TrustOutcome.Rejected("the token's issuer has no trust entry");
        }

        if (entry.VerifierOf(type) is not { } verifier)
        {
            return new TrustOutcome.Rejected($"trust entry {entry.Settings.Name} has no role for tokens of this kind");
        }

        return await verifier.VerifyAsync(token, cancellation) switch
        {
            JwtOutcome.Verified(var jwt) => new TrustOutcome.Believed(entry, jwt),
            JwtOutcome.KeysUnavailable(var why) => new TrustOutcome.KeysUnavailable($"the keys of trust entry {entry.Settings.Name}: {why}"),
            JwtOutcome.Rejected(var fault, var why) => new TrustOutcome.Rejected($"trust entry {entry.Settings.Name}, {fault}: {why}"),
            _ => new TrustOutcome.Rejected("the token was not verified"),
        };
    }

    public void Dispose()
    {
        foreach (var entry in _byIssuer.Values)
        {
            entry.Dispose();
        }
    }
}

internal abstract record TrustOutcome
{
    private TrustOutcome() { }

    public sealed record Believed(TrustEntry Entry, VerifiedJwt Jwt) : TrustOutcome;

    public sealed record Rejected(string Why) : TrustOutcome;

    public sealed record KeysUnavailable(string Why) : TrustOutcome
    {
        public Refused ToRefused() => new(TokenizerRefusals.KeysUnavailable, Why);
    }
}
