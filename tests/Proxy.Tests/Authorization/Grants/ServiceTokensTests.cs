using AuthProxy.Jose;
using AuthProxy.Proxy.Authorization.Grants;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Authorization.Grants;

public sealed class ServiceTokensTests : IDisposable
{
    private const string Issuer = "http://127.0.0.1:4456";
    private readonly FakeClock _clock = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("service-tokens").FullName;
    private readonly SigningKeyRing _keys;
    private readonly ServiceTokens _tokens;

    public ServiceTokensTests()
    {
        SigningKeyRing.EnsureGenerated(_folder);
        _keys = Assert.IsType<SigningKeyRingOutcome.Loaded>(SigningKeyRing.LoadFolder(_folder)).Ring;
        _tokens = new ServiceTokens(_keys, Issuer, _clock);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Token_says_who_speaks_to_whom_for_a_minute()
    {
        var outcome = await new JwtVerifier(_clock).VerifyAsync(_tokens.Current(), Policy(JwtTypes.Service), _keys, CancellationToken.None);

        var jwt = Assert.IsType<JwtOutcome.Verified>(outcome).Jwt;
        Assert.Equal("proxy", jwt.Subject);
        Assert.Equal(Issuer, jwt.Issuer);
        Assert.Equal(_clock.GetUtcNow().AddSeconds(60), jwt.ExpiresAt);
        Assert.Equal(32, jwt.Claims.GetProperty("jti").GetString()!.Length);
    }

    [Fact]
    public async Task Token_cannot_stand_in_for_a_users_assertion()
    {
        var outcome = await new JwtVerifier(_clock).VerifyAsync(_tokens.Current(), Policy(JwtTypes.Assertion), _keys, CancellationToken.None);

        Assert.IsType<JwtOutcome.Rejected>(outcome);
    }

    [Fact]
    public void Token_is_reused_for_half_its_life()
    {
        var first = _tokens.Current();

        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(first, _tokens.Current());

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotEqual(first, _tokens.Current());
    }

    [Fact]
    public void New_key_signs_at_once()
    {
        var first = _tokens.Current();
        SigningKeyRing.GenerateNext(_folder);

        Assert.IsType<SigningKeyReloadOutcome.Changed>(_keys.Reload());

        Assert.NotEqual(first, _tokens.Current());
    }

    private static JwtPolicy Policy(string type) => new()
    {
        Algorithms = [JwtAlgorithms.ES256],
        Issuers = [Issuer],
        Audiences = ["tokenizer-services"],
        Type = type,
    };
}
