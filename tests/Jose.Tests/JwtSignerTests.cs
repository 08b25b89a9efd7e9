using System.Security.Cryptography;
using System.Text;
using AuthProxy.TestKit;
using Microsoft.IdentityModel.Tokens;

namespace AuthProxy.Jose.Tests;

public class JwtSignerTests
{
    private readonly FakeClock _clock = new();

    [Theory]
    [InlineData(JwtAlgorithms.ES256), InlineData(JwtAlgorithms.RS256)]
    public async Task Signed_token_is_verified_with_all_that_was_said(string algorithm)
    {
        var key = algorithm == JwtAlgorithms.ES256 ? Tokens.Ec : Tokens.Rsa;
        var token = JwtSigner.Sign(key, JwtTypes.Assertion, writer =>
        {
            writer.WriteString("iss", Tokens.Issuer);
            writer.WriteString("sub", "zoë");
            writer.WriteString("aud", Tokens.Audience);
            writer.WriteNumber("iat", Tokens.Seconds(_clock, 0));
            writer.WriteNumber("exp", Tokens.Seconds(_clock, 60));
            writer.WriteString("jti", "1");
        });

        var outcome = await Tokens.Verify(token, _clock, Tokens.Policy with { Type = JwtTypes.Assertion, MaximumLifetime = TimeSpan.FromSeconds(60) });

        var jwt = Assert.IsType<JwtOutcome.Verified>(outcome).Jwt;
        Assert.Equal(("zoë", Tokens.Issuer, "1"), (jwt.Subject, jwt.Issuer, jwt.JwtId));
        Assert.Equal([Tokens.Audience], jwt.Audiences);
        Assert.Equal(_clock.GetUtcNow().AddSeconds(60), jwt.ExpiresAt);
        Assert.Equal((key.KeyId, algorithm, JwtTypes.Assertion), (jwt.KeyId, jwt.Algorithm, jwt.Type));
    }

    [Fact]
    public void Signing_while_claims_are_written_does_not_mix_the_two_tokens()
    {
        string? inner = null;
        var outer = JwtSigner.Sign(Tokens.Ec, "outer", writer =>
        {
            writer.WriteString("a", "1");
            inner = JwtSigner.Sign(Tokens.Ec, "inner", w => w.WriteString("b", "2"));
            writer.WriteString("c", "3");
        });

        Assert.Equal("""{"a":"1","c":"3"}""", Read(outer).Claims.GetRawText());
        Assert.Equal("""{"b":"2"}""", Read(inner!).Claims.GetRawText());
    }

    [Fact]
    public void Failure_while_claims_are_written_leaves_nothing_in_the_next_token()
    {
        Assert.Throws<InvalidOperationException>(() => JwtSigner.Sign(Tokens.Ec, "t", writer =>
        {
            writer.WriteString("leak", "1");
            throw new InvalidOperationException();
        }));

        Assert.Equal("""{"b":"2"}""", Read(JwtSigner.Sign(Tokens.Ec, "t", w => w.WriteString("b", "2"))).Claims.GetRawText());
    }

    [Fact]
    public void Large_claims_are_signed_whole()
    {
        var text = new string('x', 100_000);
        var token = JwtSigner.Sign(Tokens.Rsa, "t", w => w.WriteString("b", text));

        var read = UnverifiedJwt.Read(token, new JwtLimits { MaxTokenBytes = 200_000 });

        Assert.Equal(text, Assert.IsType<JwtReadOutcome.Read>(read).Jwt.Claims.GetProperty("b").GetString());
    }

    [Fact]
    public void Signature_is_accepted_by_another_implementation()
    {
        var jwt = Read(JwtSigner.Sign(Tokens.Ec, "t", w => w.WriteString("b", "2")));
        using var theirs = ECDsa.Create();
        theirs.ImportFromPem(Tokens.Ec.ToPem());
        var provider = new CryptoProviderFactory().CreateForVerifying(new ECDsaSecurityKey(theirs), SecurityAlgorithms.EcdsaSha256);

        Assert.True(provider.Verify(jwt.SigningInput.ToArray(), jwt.Signature.ToArray()));
        Assert.Equal($$"""{"alg":"ES256","typ":"t","kid":"{{Tokens.Ec.KeyId}}"}""", Encoding.ASCII.GetString(Base64UrlEncoder.DecodeBytes(JwtSigner.Sign(Tokens.Ec, "t", _ => { }).Split('.')[0])));
    }

    private static UnverifiedJwt Read(string token) => Assert.IsType<JwtReadOutcome.Read>(UnverifiedJwt.Read(token)).Jwt;
}
