using AuthProxy.TestKit;

namespace AuthProxy.Jose.Tests;

public class CachedJwtVerifierTests
{
    private readonly FakeClock _clock = new();
    private readonly CountingKeys _keys = new();
    private readonly CachedJwtVerifier _verifier;

    public CachedJwtVerifierTests() => _verifier = new CachedJwtVerifier(new JwtVerifier(_clock), Tokens.Policy, _keys, _clock);

    [Fact]
    public async Task Token_seen_before_is_not_verified_again()
    {
        var token = Tokens.Sign(_clock);
        var first = await Verify(token);
        Assert.Same(first, await Verify(token));
        Assert.Equal(1, _keys.Questions);
        Assert.IsType<JwtOutcome.Verified>(first);
    }

    [Fact]
    public async Task Token_seen_before_costs_no_allocation()
    {
        var token = Tokens.Sign(_clock);
        await Verify(token);
        Hit(token, 100);
        Assert.Equal(0, Hit(token, 1000));
    }

    [Fact]
    public async Task Token_ends_with_its_exp_though_it_was_seen()
    {
        var token = Tokens.SignRaw($$"""{"iss":"{{Tokens.Issuer}}","aud":"{{Tokens.Audience}}","exp":{{Tokens.Seconds(_clock, 60)}}}""");
        await Verify(token);
        _clock.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(JwtFault.Expired, Assert.IsType<JwtOutcome.Rejected>(await Verify(token)).Fault);
    }

    [Fact]
    public async Task Refusals_are_not_remembered()
    {
        var forged = Tokens.Sign(_clock, key: SigningKey.Generate());
        await Verify(forged);
        await Verify(forged);
        Assert.Equal(2, _keys.Questions);
    }

    [Fact]
    public async Task Forged_claims_under_a_seen_signature_are_not_believed()
    {
        var token = Tokens.Sign(_clock);
        await Verify(token);
        var parts = token.Split('.');
        var forged = $"{parts[0]}.{Tokens.Encode($$"""{"iss":"{{Tokens.Issuer}}","aud":"bank","sub":"root","exp":{{Tokens.Seconds(_clock, 300)}}}""")}.{parts[2]}";
        Assert.Equal(JwtFault.SignatureInvalid, Assert.IsType<JwtOutcome.Rejected>(await Verify(forged)).Fault);
    }

    [Fact]
    public async Task Clear_makes_every_token_be_verified_again()
    {
        var token = Tokens.Sign(_clock);
        await Verify(token);
        _verifier.Clear();
        await Verify(token);
        Assert.Equal(2, _keys.Questions);
    }

    [Fact]
    public async Task Text_that_is_not_ascii_is_refused() =>
        Assert.Equal(JwtFault.Malformed, Assert.IsType<JwtOutcome.Rejected>(await Verify("ä.ö.ü")).Fault);

    /// <summary>The bytes that so many verifications allocated.</summary>
    private long Hit(string token, int times)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < times; i++)
        {
            var pending = _verifier.VerifyAsync(token, CancellationToken.None);
            if (!pending.IsCompletedSuccessfully || pending.Result is not JwtOutcome.Verified)
            {
                throw new InvalidOperationException();
            }
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private async Task<JwtOutcome> Verify(string token) => await _verifier.VerifyAsync(token, CancellationToken.None);

    private sealed class CountingKeys : IKeySource
    {
        private readonly IKeySource _keys = Tokens.Keys(Tokens.Ec);

        public int Questions { get; private set; }

        public ValueTask<KeyLookup> FindAsync(string? keyId, string algorithm, CancellationToken cancellation)
        {
            Questions++;
            return _keys.FindAsync(keyId, algorithm, cancellation);
        }
    }
}
