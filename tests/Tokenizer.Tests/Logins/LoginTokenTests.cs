using System.Text;
using AuthProxy.Jose;
using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Logins;

/// <summary>What a backend may say, and what nobody may say in its name.</summary>
public class LoginTokenTests : VaultTests
{
    [Theory]
    [InlineData("iss", "bank"), InlineData("iss", "node-sdk"), InlineData("iss", null), InlineData("aud", "tokenizer:bank"), InlineData("aud", "tokenizer-services"), InlineData("aud", null)]
    [InlineData("sub", ""), InlineData("sub", null), InlineData("sub", 7), InlineData("session_id", ""), InlineData("session_id", null), InlineData("session_id", 7)]
    [InlineData("nonce", null), InlineData("nonce", "another"), InlineData("jti", null), InlineData("exp", null), InlineData("iat", null), InlineData("session_exp", "soon")]
    public async Task Token_with_a_wrong_or_missing_claim_signs_nobody_in(string claim, object? value) =>
        await RefusedAsync(state => LoginMint.Staff(Host, state, "alice", "s1", change: claims =>
        {
            if (value is null)
            {
                claims.Remove(claim);
            }
            else
            {
                claims[claim] = value;
            }
        }));

    [Fact]
    public async Task Token_for_two_audiences_signs_nobody_in() =>
        await RefusedAsync(state => LoginMint.Staff(Host, state, "alice", "s1", change: claims => claims["aud"] = new[] { "tokenizer:desk", "elsewhere" }));

    [Theory]
    [InlineData(JwtTypes.Application), InlineData(JwtTypes.Assertion), InlineData(JwtTypes.Service), InlineData("JWT"), InlineData("at+jwt")]
    public async Task Token_of_another_kind_signs_nobody_in(string type) => await RefusedAsync(state => LoginMint.Staff(Host, state, "alice", "s1", type: type));

    [Fact]
    public async Task Key_of_somebody_else_signs_nobody_in()
    {
        foreach (var key in new[] { SigningKey.Generate(), Host.BankKey, Host.GatewayKey, Host.PartnersKey })
        {
            await RefusedAsync(state => LoginMint.Staff(Host, state, "alice", "s1", key));
        }
    }

    [Theory]
    [InlineData("x"), InlineData("a.b.c"), InlineData("eyJhbGciOiJub25lIn0.e30.")]
    public async Task Rubbish_signs_nobody_in(string rubbish) => await RefusedAsync(_ => rubbish);

    [Theory]
    [InlineData("jwk"), InlineData("jku"), InlineData("x5u"), InlineData("x5c")]
    public async Task Key_that_a_token_brings_along_is_not_looked_at(string header)
    {
        await RefusedAsync(state =>
        {
            var key = SigningKey.Generate(JwtAlgorithms.RS256);
            return Mint.SignBare(key, null, new Dictionary<string, object?>(), $$"""{"alg":"RS256","typ":"{{JwtTypes.Session}}","{{header}}":"https://evil.test/keys"}""", LoginMint.Staff(Host, state, "alice", "s1").Split('.')[1]);
        });
    }

    [Fact]
    public async Task Public_key_is_not_taken_for_a_shared_secret() => await RefusedAsync(_ =>
    {
        var token = LoginMint.Partner(Host, "s1").Split('.');
        using var rsa = System.Security.Cryptography.RSA.Create();
        rsa.ImportFromPem(Host.PartnersKey.ToPem());
        var signed = $"{System.Buffers.Text.Base64Url.EncodeToString("""{"alg":"HS256"}"""u8)}.{token[1]}";
        var mac = System.Security.Cryptography.HMACSHA256.HashData(Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(signed));
        return $"{signed}.{System.Buffers.Text.Base64Url.EncodeToString(mac)}";
    },
    "?auth_provider=partners");

    [Theory]
    [InlineData("sub", "application"), InlineData("sub", "developer"), InlineData("aud", "tokenizer:desk"), InlineData("iss", "desk"), InlineData("session_id", "")]
    public async Task Node_sdks_token_with_a_wrong_claim_signs_nobody_in(string claim, string value) =>
        await RefusedAsync(_ => LoginMint.Partner(Host, "s1", change: claims => claims[claim] = value), "?auth_provider=partners");

    [Fact]
    public async Task Node_sdks_token_lives_a_quarter_of_an_hour_at_most() =>
        await RefusedAsync(_ => LoginMint.Partner(Host, "s1", change: claims => claims["exp"] = (long)claims["iat"]! + 901), "?auth_provider=partners");

    [Fact]
    public async Task Node_sdks_token_of_a_user_without_a_session_signs_nobody_in() => await RefusedAsync(_ => LoginMint.Partner(Host, null), "?auth_provider=partners");

    [Fact]
    public async Task Provider_that_was_not_asked_cannot_answer()
    {
        await RefusedAsync(_ => LoginMint.Partner(Host, "s1"));
        await RefusedAsync(state => LoginMint.Staff(Host, state, "alice", "s1"), "?auth_provider=partners");
    }

    [Fact]
    public async Task New_key_of_the_backend_counts_and_the_withdrawn_one_does_not()
    {
        (await new Visitor(Host).SignInAsync("alice", "s1")).IsGood();
        var next = SigningKey.Generate();
        Host.ChangeStaffKey(next);
        Host.Clock.Advance(TimeSpan.FromSeconds(6));

        var visitor = new Visitor(Host);
        var (_, state) = await visitor.BeginAsync();
        (await visitor.CompleteAsync(state, LoginMint.Staff(Host, state, "alice", "s1", next))).IsGood();
        await RefusedAsync(own => LoginMint.Staff(Host, own, "alice", "s1"));
    }

    private async Task RefusedAsync(Func<string, string> tokenFor, string query = "")
    {
        var visitor = new Visitor(Host);
        var (_, state) = await visitor.BeginAsync(query);

        (await visitor.CompleteAsync(state, tokenFor(state))).IsRefused(400, "login-failed");
        Assert.DoesNotContain("__Host-tokenizer-session", visitor.Cookies.Keys);
    }
}
