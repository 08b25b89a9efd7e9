using AuthProxy.Jose;
using Microsoft.Extensions.Options;

namespace AuthProxy.Sdk;

/// <summary>Verifies assertions with the Proxy's published keys, and each one's signature only once.</summary>
internal sealed class AssertionVerifier : IDisposable
{
    // The Proxy signs for a minute at most; what claims to live longer was not signed as an assertion.
    private static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(60);

    private readonly SocketsHttpHandler _handler = DocumentFetcher.CreateHandler();
    private readonly HttpMessageInvoker _http;
    private readonly JwksCache _keys;
    private readonly JwtVerifier _verifier;
    private readonly JwtPolicy _policy;
    private readonly VerifiedTokenCache<AssertionOutcome> _seen;

    public AssertionVerifier(IOptionsMonitor<AuthProxyIdentityOptions> monitor, TimeProvider clock)
    {
        var options = monitor.Get(AuthProxyIdentityDefaults.AuthenticationScheme);
        var address = new Uri(options.JwksUrl);
        _http = new HttpMessageInvoker(_handler);
        _verifier = new JwtVerifier(clock);
        _seen = new VerifiedTokenCache<AssertionOutcome>(clock, new VerifiedTokenCacheOptions { MaximumCount = options.VerifiedAssertions, MaximumAge = LongestLife });
        _keys = new JwksCache(
            cancellation => DocumentFetcher.FromHttpAsync(_http, address, cancellation),
            clock,
            new JwksCacheOptions { TimeToLive = TimeSpan.FromMinutes(5), UnknownKeyInterval = TimeSpan.FromSeconds(2), Observer = ForgetWithdrawn });
        _policy = new JwtPolicy
        {
            Algorithms = [JwtAlgorithms.ES256],
            Issuers = [options.Issuer],
            Audiences = [options.Audience],
            Type = JwtTypes.Assertion,
            ClockSkew = options.ClockSkew,
            MaximumLifetime = LongestLife,
            RequiredClaims = ["sub", "sub_iss"],
        };
    }

    public async ValueTask<AssertionOutcome> VerifyAsync(string assertion, CancellationToken cancellation)
    {
        if (!TokenHash.TryCompute(assertion, out var hash))
        {
            return new AssertionOutcome.Refused("The assertion is not ASCII text.");
        }

        if (_seen.TryGet(hash, out var known))
        {
            return known;
        }

        var epoch = _seen.Epoch;
        switch (await _verifier.VerifyAsync(assertion, _policy, _keys, cancellation))
        {
            case JwtOutcome.Verified { Jwt: var jwt }:
                var outcome = Read(jwt);
                _seen.Add(hash, outcome, jwt.ExpiresAt!.Value, assertion.Length * 4, epoch);
                return outcome;
            case JwtOutcome.Rejected rejected:
                return new AssertionOutcome.Refused($"The assertion was not accepted: {rejected.Why}.");
            case JwtOutcome.KeysUnavailable unavailable:
                return new AssertionOutcome.Refused($"The assertion could not be checked: {unavailable.Why}.");
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    public void Dispose()
    {
        _keys.Dispose();
        _http.Dispose();
        _handler.Dispose();
    }

    private static AssertionOutcome Read(VerifiedJwt jwt)
    {
        // No session means that the rule asked nobody to be known: then nobody is.
        if (jwt.Text(AuthProxyClaimTypes.SessionId) is not { Length: > 0 })
        {
            return new AssertionOutcome.Nobody();
        }

        return jwt.Subject is { Length: > 0 } && jwt.Text(AuthProxyClaimTypes.SubjectIssuer) is { Length: > 0 }
            ? new AssertionOutcome.User(AssertionClaims.Read(jwt.Claims, jwt.Issuer!))
            : new AssertionOutcome.Refused("The assertion names no subject.");
    }

    private void ForgetWithdrawn(KeySetRefresh refresh)
    {
        if (refresh.Withdrawn)
        {
            _seen.Clear();
        }
    }
}
