using AuthProxy.TestKit;

namespace AuthProxy.Jose.Tests;

public class JwtVerifierTests
{
    private readonly FakeClock _clock = new();

    [Fact]
    public async Task Good_token_is_verified() =>
        Assert.Equal("alice", Assert.IsType<JwtOutcome.Verified>(await Tokens.Verify(Tokens.Sign(_clock), _clock)).Jwt.Subject);

    [Fact]
    public async Task Changed_claims_are_refused()
    {
        var parts = Tokens.Sign(_clock).Split('.');
        var forged = Tokens.SignRaw("""{"sub":"root"}""").Split('.')[1];
        Assert.Equal(JwtFault.SignatureInvalid, await Tokens.Fault($"{parts[0]}.{forged}.{parts[2]}", _clock));
    }

    [Fact]
    public async Task Algorithm_that_the_policy_does_not_list_is_refused() =>
        Assert.Equal(JwtFault.AlgorithmNotAllowed, await Tokens.Fault(Tokens.Sign(_clock), _clock, Tokens.Policy with { Algorithms = ["RS256"] }));

    [Fact]
    public async Task Policy_without_algorithms_believes_nothing() =>
        Assert.Equal(JwtFault.AlgorithmNotAllowed, await Tokens.Fault(Tokens.Sign(_clock), _clock, Tokens.Policy with { Algorithms = [] }));

    [Fact]
    public async Task Unknown_key_is_refused() =>
        Assert.Equal(JwtFault.KeyUnknown, await Tokens.Fault(Tokens.Sign(_clock, key: SigningKey.Generate()), _clock));

    [Fact]
    public async Task Token_without_kid_is_tried_against_the_keys_that_fit()
    {
        var token = Tokens.SignRaw("""{"alg":"ES256"}""", Claims(), Tokens.Ec);
        Assert.IsType<JwtOutcome.Verified>(await Tokens.Verify(token, _clock, keys: Tokens.Keys(SigningKey.Generate(), Tokens.Rsa, Tokens.Ec)));
        Assert.Equal(JwtFault.SignatureInvalid, await Tokens.Fault(token, _clock, keys: Tokens.Keys(SigningKey.Generate())));
    }

    [Fact]
    public async Task Token_without_kid_is_not_tried_against_very_many_keys()
    {
        var token = Tokens.SignRaw("""{"alg":"ES256"}""", Claims(), Tokens.Ec);
        SigningKey[] many = [.. Enumerable.Range(0, 8).Select(_ => SigningKey.Generate()), Tokens.Ec];
        Assert.Equal(JwtFault.KeyUnknown, await Tokens.Fault(token, _clock, keys: Tokens.Keys(many)));
    }

    [Fact]
    public async Task Keys_that_cannot_be_had_are_not_the_tokens_fault()
    {
        using var cache = new JwksCache(_ => ValueTask.FromResult<FetchOutcome>(new FetchOutcome.Failed("down")), _clock);
        Assert.Equal("down", Assert.IsType<JwtOutcome.KeysUnavailable>(await Tokens.Verify(Tokens.Sign(_clock), _clock, keys: cache)).Why);
    }

    [Theory]
    [InlineData("https://issuer.example/"), InlineData("https://ISSUER.example"), InlineData("https://issuer.example.evil"), InlineData("")]
    public async Task Issuer_is_compared_character_for_character(string issuer) =>
        Assert.Equal(JwtFault.IssuerNotTrusted, await Tokens.Fault(Tokens.SignRaw($$"""{"iss":"{{issuer}}","aud":"bank","exp":{{Exp}}}"""), _clock));

    [Fact]
    public async Task Token_without_issuer_is_refused_where_issuers_are_named() =>
        Assert.Equal(JwtFault.IssuerNotTrusted, await Tokens.Fault(Tokens.SignRaw($$"""{"aud":"bank","exp":{{Exp}}}"""), _clock));

    [Fact]
    public async Task Empty_list_of_issuers_trusts_nobody() =>
        Assert.Equal(JwtFault.IssuerNotTrusted, await Tokens.Fault(Tokens.Sign(_clock), _clock, Tokens.Policy with { Issuers = [] }));

    [Theory]
    [InlineData("\"bank\"", true), InlineData("[\"shop\",\"bank\"]", true)]
    [InlineData("\"Bank\"", false), InlineData("\"bank \"", false), InlineData("[]", false), InlineData("[\"shop\"]", false), InlineData("\"\"", false)]
    public async Task One_of_the_audiences_must_be_named(string audience, bool good)
    {
        var outcome = await Tokens.Verify(Tokens.SignRaw($$"""{"iss":"{{Tokens.Issuer}}","aud":{{audience}},"exp":{{Exp}}}"""), _clock);
        Assert.Equal(good, outcome is JwtOutcome.Verified);
        Assert.True(good || outcome is JwtOutcome.Rejected { Fault: JwtFault.AudienceMismatch });
    }

    [Fact]
    public async Task All_audiences_must_be_named_where_the_policy_says_all()
    {
        var policy = Tokens.Policy with { Audiences = null, AllAudiences = ["a", "b"] };
        var both = Tokens.SignRaw($$"""{"iss":"{{Tokens.Issuer}}","aud":["b","a","c"],"exp":{{Exp}}}""");
        var one = Tokens.SignRaw($$"""{"iss":"{{Tokens.Issuer}}","aud":["b"],"exp":{{Exp}}}""");
        Assert.IsType<JwtOutcome.Verified>(await Tokens.Verify(both, _clock, policy));
        Assert.Equal(JwtFault.AudienceMismatch, await Tokens.Fault(one, _clock, policy));
    }

    [Fact]
    public async Task Empty_list_of_audiences_is_not_the_same_as_no_audience_check() =>
        Assert.Equal(JwtFault.AudienceMismatch, await Tokens.Fault(Tokens.Sign(_clock), _clock, Tokens.Policy with { Audiences = [] }));

    [Fact]
    public async Task Type_is_exact_where_the_policy_names_one()
    {
        var policy = Tokens.Policy with { Type = "at+jwt" };
        Assert.IsType<JwtOutcome.Verified>(await Tokens.Verify(Tokens.Sign(_clock, type: "application/AT+jwt"), _clock, policy));
        Assert.Equal(JwtFault.TypeNotAccepted, await Tokens.Fault(Tokens.Sign(_clock, type: "JWT"), _clock, policy));
        Assert.Equal(JwtFault.TypeNotAccepted, await Tokens.Fault(Tokens.SignRaw("""{"alg":"ES256"}""", Claims(), Tokens.Ec), _clock, policy));
    }

    [Theory]
    [InlineData(JwtTypes.Assertion), InlineData(JwtTypes.Service), InlineData(JwtTypes.Application), InlineData("Application/AuthProxy-Assertion+JWT")]
    public async Task Our_own_kinds_are_never_believed_where_they_are_not_asked_for(string type)
    {
        Assert.Equal(JwtFault.TypeNotAccepted, await Tokens.Fault(Tokens.Sign(_clock, type: type), _clock));
        Assert.Equal(JwtFault.TypeNotAccepted, await Tokens.Fault(Tokens.Sign(_clock, type: type), _clock, Tokens.Policy with { Type = "JWT" }));
    }

    [Fact]
    public async Task Required_claims_must_be_there_and_not_be_null()
    {
        var policy = Tokens.Policy with { RequiredClaims = ["sid"] };
        Assert.IsType<JwtOutcome.Verified>(await Tokens.Verify(Tokens.Sign(_clock, ",\"sid\":\"1\""), _clock, policy));
        Assert.Equal(JwtFault.ClaimMissing, await Tokens.Fault(Tokens.Sign(_clock), _clock, policy));
        Assert.Equal(JwtFault.ClaimMissing, await Tokens.Fault(Tokens.Sign(_clock, ",\"sid\":null"), _clock, policy));
    }

    [Theory]
    [InlineData("\"iss\":1"), InlineData("\"sub\":{}"), InlineData("\"jti\":[]"), InlineData("\"aud\":1"), InlineData("\"aud\":[1]"), InlineData("\"aud\":[\"a\",null]"), InlineData("\"aud\":null")]
    public async Task Claim_of_the_wrong_form_is_refused(string claim) =>
        Assert.Equal(JwtFault.ClaimInvalid, await Tokens.Fault(Tokens.SignRaw($$"""{"exp":{{Exp}},{{claim}}}"""), _clock));

    [Fact]
    public async Task Claims_are_looked_at_only_behind_a_good_signature()
    {
        var parts = Tokens.SignRaw("""{"iss":"https://evil.example"}""").Split('.');
        var other = Tokens.Sign(_clock).Split('.')[2];
        Assert.Equal(JwtFault.SignatureInvalid, await Tokens.Fault($"{parts[0]}.{parts[1]}.{other}", _clock));
    }

    [Fact]
    public async Task Further_claims_are_at_hand()
    {
        var token = Tokens.Sign(_clock, $$""","sid":"s","session_exp":{{Exp}},"groups":["clerks"],"n":1,"name":"Ζωή" """);
        var jwt = Assert.IsType<JwtOutcome.Verified>(await Tokens.Verify(token, _clock)).Jwt;

        Assert.Equal(("s", "Ζωή", null, null), (jwt.Text("sid"), jwt.Text("name"), jwt.Text("n"), jwt.Text("absent")));
        Assert.Equal(_clock.GetUtcNow().AddSeconds(300), jwt.Time("session_exp"));
        Assert.Null(jwt.Time("sid"));
        Assert.Equal("clerks", jwt.Claims.GetProperty("groups")[0].GetString());
    }

    private long Exp => Tokens.Seconds(_clock, 300);

    private string Claims() => $$"""{"iss":"{{Tokens.Issuer}}","aud":"{{Tokens.Audience}}","exp":{{Exp}}}""";
}
