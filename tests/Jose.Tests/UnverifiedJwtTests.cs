namespace AuthProxy.Jose.Tests;

public class UnverifiedJwtTests
{
    private const string Header = """{"alg":"ES256"}""";

    [Fact]
    public void Well_formed_token_is_taken_apart()
    {
        var token = $"{Tokens.Encode("""{"alg":"ES256","kid":"k","typ":"JWT"}""")}.{Tokens.Encode("""{"iss":"i"}""")}.AAAA";

        var jwt = Assert.IsType<JwtReadOutcome.Read>(UnverifiedJwt.Read(token)).Jwt;

        Assert.Equal(("ES256", "k", "JWT", "i"), (jwt.Algorithm, jwt.KeyId, jwt.Type, jwt.ClaimedIssuer));
        Assert.Equal(token[..token.LastIndexOf('.')], System.Text.Encoding.ASCII.GetString(jwt.SigningInput.Span));
        Assert.Equal(new byte[3], jwt.Signature.ToArray());
    }

    [Theory]
    [InlineData("", "three parts"), InlineData("a", "three parts"), InlineData("a.b", "three parts"), InlineData("a.b.c.d", "three parts")]
    [InlineData("a.b.c.d.e.f", "three parts"), InlineData("a.b.c.d.e", "encrypted"), InlineData("....", "encrypted"), InlineData("..", "signature")]
    public void Anything_but_three_parts_is_refused(string token, string why) => Assert.Contains(why, Why(token), StringComparison.Ordinal);

    [Theory]
    [InlineData("[]"), InlineData("null"), InlineData("\"ES256\""), InlineData(""), InlineData("foo"), InlineData("{}")]
    [InlineData("""{"alg":null}"""), InlineData("""{"alg":1}"""), InlineData("""{"alg":["ES256"]}"""), InlineData("""{"alg":""}""")]
    [InlineData("""{"Alg":"ES256"}""")]
    public void Header_without_an_algorithm_as_text_is_refused(string header) => Assert.Contains("header", Why(Compact(header)), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"alg":"ES256","crit":["exp"],"exp":1}"""), InlineData("""{"alg":"ES256","crit":[]}"""), InlineData("""{"alg":"ES256","crit":null}""")]
    [InlineData("""{"alg":"ES256","b64":false}"""), InlineData("""{"alg":"ES256","b64":true}""")]
    [InlineData("""{"alg":"ES256","enc":"A128GCM"}"""), InlineData("""{"alg":"ES256","zip":"DEF"}""")]
    [InlineData("""{"alg":"ES256","kid":1}"""), InlineData("""{"alg":"ES256","kid":{}}"""), InlineData("""{"alg":"ES256","typ":null}""")]
    [InlineData("""{"alg":"ES256","alg":"none"}"""), InlineData("""{"alg":"ES256","x":{"y":1,"y":2}}""")]
    public void Header_with_what_must_not_be_there_is_refused(string header) => Assert.Contains("header", Why(Compact(header)), StringComparison.Ordinal);

    [Fact]
    public void Key_id_is_bounded()
    {
        Assert.IsType<JwtReadOutcome.Read>(UnverifiedJwt.Read(Compact($$"""{"alg":"ES256","kid":"{{new string('k', 512)}}"}""")));
        Assert.Contains("kid", Why(Compact($$"""{"alg":"ES256","kid":"{{new string('k', 513)}}"}""")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]"), InlineData("\"nested.jwt.here\""), InlineData(""), InlineData("1"), InlineData("{\"a\":1,\"a\":2}")]
    public void Payload_that_is_no_strict_object_is_refused(string payload) =>
        Assert.Contains("payload", Why($"{Tokens.Encode(Header)}.{Tokens.Encode(payload)}.AAAA"), StringComparison.Ordinal);

    [Fact]
    public void Issuer_that_is_no_text_is_no_issuer()
    {
        var read = UnverifiedJwt.Read($"{Tokens.Encode(Header)}.{Tokens.Encode("""{"iss":["i"]}""")}.AAAA");
        Assert.Null(Assert.IsType<JwtReadOutcome.Read>(read).Jwt.ClaimedIssuer);
    }

    [Fact]
    public void Token_at_the_size_limit_is_read_and_one_byte_more_is_not()
    {
        var token = Tokens.SignRaw("""{"a":1}""");
        Assert.IsType<JwtReadOutcome.Read>(UnverifiedJwt.Read(token, new JwtLimits { MaxTokenBytes = token.Length }));
        Assert.IsType<JwtReadOutcome.Malformed>(UnverifiedJwt.Read(token, new JwtLimits { MaxTokenBytes = token.Length - 1 }));
    }

    [Fact]
    public void Reason_quotes_nothing_of_the_token()
    {
        var why = Why(Compact("""{"alg":"ES256","crit":["SECRET"]}""")) + Why(Compact("""{"SECRET":1,"SECRET":2}""")) + Why("SECRET.SECRET.SECRET!");
        Assert.DoesNotContain("SECRET", why, StringComparison.OrdinalIgnoreCase);
    }

    private static string Compact(string header) => $"{Tokens.Encode(header)}.{Tokens.Encode("{}")}.AAAA";

    private static string Why(string token) => Assert.IsType<JwtReadOutcome.Malformed>(UnverifiedJwt.Read(token)).Why;
}
