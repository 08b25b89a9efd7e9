using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AuthProxy.Jose.Tests;

public class JsonWebKeySetTests
{
    private const string P256X = "04N0xi21hshyvBp7I167sbE_bXqyqkLo1Yw5wbXYYkA";

    [Fact]
    public void Our_own_public_set_is_read_back()
    {
        var set = Parsed(Tokens.Jwks(Tokens.Ec, Tokens.Rsa));
        Assert.Equal([Tokens.Ec.KeyId, Tokens.Rsa.KeyId], set.Keys.Select(k => k.KeyId));
        Assert.Equal([("EC", "P-256", "ES256"), ("RSA", null, "RS256")], set.Keys.Select(k => (k.KeyType, k.Curve, k.Algorithm)));
        Assert.Empty(set.Skipped);
    }

    [Theory]
    [InlineData(""), InlineData("[]"), InlineData("{}"), InlineData("""{"keys":{}}"""), InlineData("""{"keys":null}"""), InlineData("""{"keys":[],"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"RSA","kty":"EC"}]}"""), InlineData("<html>"), InlineData("""{"keys":[]}x""")]
    public void What_is_no_strict_key_set_is_refused_whole(string json) =>
        Assert.IsType<JsonWebKeySetOutcome.Malformed>(JsonWebKeySet.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Nesting_of_ninety_thousand_levels_is_refused()
    {
        var json = "{\"keys\":" + new string('[', 90_000) + new string(']', 90_000) + "}";
        Assert.IsType<JsonWebKeySetOutcome.Malformed>(JsonWebKeySet.Parse(Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public void Set_that_is_too_long_or_has_too_many_keys_is_refused()
    {
        var spaces = new string(' ', JsonWebKeySet.MaxBytes);
        Assert.IsType<JsonWebKeySetOutcome.Malformed>(JsonWebKeySet.Parse(Encoding.UTF8.GetBytes("{\"keys\":[]}" + spaces)));
        var many = string.Join(',', Enumerable.Repeat("{}", 101));
        Assert.IsType<JsonWebKeySetOutcome.Malformed>(JsonWebKeySet.Parse(Encoding.UTF8.GetBytes($$"""{"keys":[{{many}}]}""")));
    }

    [Theory]
    [InlineData("1", "not an object"), InlineData("{}", "type"), InlineData("""{"kty":1}""", "no text"), InlineData("""{"kty":"OKP","crv":"Ed25519","x":"AA"}""", "type")]
    [InlineData("""{"kty":"RSA"}""", "modulus"), InlineData("""{"kty":"RSA","n":"AA==","e":"AQAB"}""", "modulus"), InlineData("""{"kty":"RSA","n":"AQAB","e":"AQAB"}""", "2048")]
    [InlineData("""{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}""", "curve"), InlineData("""{"kty":"EC","crv":"P-256","x":"AA"}""", "coordinate")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}""", "length"), InlineData("""{"kty":"EC","x":"AA","y":"AA"}""", "curve")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"{P256X}","y":"{P256X}"}""", "not on its curve")]
    [InlineData("""{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""", "secret")]
    [InlineData("""{"kty":"RSA","use":"enc"}""", "signatures"), InlineData("""{"kty":"RSA","use":1}""", "signatures")]
    [InlineData("""{"kty":"RSA","key_ops":["encrypt"]}""", "verifying"), InlineData("""{"kty":"RSA","key_ops":"verify"}""", "verifying"), InlineData("""{"kty":"RSA","key_ops":[1]}""", "verifying")]
    public void Key_that_cannot_serve_is_left_out_and_the_others_stay(string jwk, string why)
    {
        var good = JsonDocument.Parse(Tokens.Jwks(Tokens.Ec)).RootElement.GetProperty("keys")[0].GetRawText();
        var set = Parsed(Encoding.UTF8.GetBytes($$"""{"keys":[{{jwk.Replace("{P256X}", P256X, StringComparison.Ordinal)}},{{good}}]}"""));
        Assert.Equal(Tokens.Ec.KeyId, Assert.Single(set.Keys).KeyId);
        Assert.Contains(why, Assert.Single(set.Skipped), StringComparison.Ordinal);
        Assert.StartsWith("keys[0]", set.Skipped[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Private_key_that_was_published_is_left_out()
    {
        foreach (var key in new[] { Tokens.Ec, Tokens.Rsa })
        {
            var set = Parsed(Set(Write(key.WritePrivateJwk)));
            Assert.Empty(set.Keys);
            Assert.Contains("private", Assert.Single(set.Skipped), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("AQ"), InlineData("Ag"), InlineData("AA"), InlineData("AAAB"), InlineData("AQAA"), InlineData("AQAAAAAAAAAB"), InlineData("")]
    public void Rsa_exponent_that_makes_signatures_worthless_is_refused(string exponent)
    {
        var n = Base64Url.EncodeToString(RandomModulus(256));
        var set = Parsed(Set($$"""{"kty":"RSA","n":"{{n}}","e":"{{exponent}}"}"""));
        Assert.Contains("exponent", Assert.Single(set.Skipped), StringComparison.Ordinal);
    }

    [Fact]
    public void Rsa_modulus_is_measured_without_its_leading_zeros()
    {
        var padded = new byte[256];
        RandomModulus(128).CopyTo(padded, 128);
        Assert.Contains("2048", Assert.Single(Parsed(Set(Rsa(padded))).Skipped), StringComparison.Ordinal);
        Assert.Contains("2048", Assert.Single(Parsed(Set(Rsa(RandomModulus(255)))).Skipped), StringComparison.Ordinal);
        Assert.Contains("2048", Assert.Single(Parsed(Set(Rsa(RandomModulus(2000)))).Skipped), StringComparison.Ordinal);
        Assert.Single(Parsed(Set(Rsa([0, .. RandomModulus(256)]))).Keys);
    }

    [Theory]
    [InlineData("none"), InlineData("HS256"), InlineData("RS256"), InlineData("ES384"), InlineData("ECDH-ES"), InlineData("es256")]
    public void Key_that_states_an_algorithm_which_does_not_fit_it_is_left_out(string algorithm)
    {
        var jwk = Encoding.UTF8.GetString(Write(Tokens.Ec.WritePublicJwk)).Replace("ES256", algorithm, StringComparison.Ordinal);
        Assert.Contains("algorithm", Assert.Single(Parsed(Set(jwk)).Skipped), StringComparison.Ordinal);
    }

    [Fact]
    public void Secret_counts_only_where_secrets_are_asked_for()
    {
        var jwk = Set("""{"kty":"oct","kid":"s","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""");
        Assert.Empty(Parsed(jwk).Keys);
        var set = Assert.IsType<JsonWebKeySetOutcome.Parsed>(JsonWebKeySet.Parse(jwk, acceptSecrets: true)).Set;
        Assert.True(Assert.Single(set.Keys).Fits("HS256"));
        Assert.False(set.Keys[0].Fits("HS384"));
        var shortSecret = JsonWebKeySet.Parse(Set("""{"kty":"oct","k":"AAAA"}"""), acceptSecrets: true);
        Assert.Empty(Assert.IsType<JsonWebKeySetOutcome.Parsed>(shortSecret).Set.Keys);
    }

    [Fact]
    public void Keys_are_found_by_id_and_fitness()
    {
        var set = Parsed(Tokens.Jwks(Tokens.Ec, Tokens.Rsa));
        Assert.Single(set.Find(null, "ES256"));
        Assert.Single(set.Find(Tokens.Rsa.KeyId, "RS256"));
        Assert.Empty(set.Find(Tokens.Rsa.KeyId, "ES256"));
        Assert.Empty(set.Find("", "ES256"));
        Assert.Empty(set.Find(null, "none"));
    }

    private static byte[] RandomModulus(int bytes)
    {
        var modulus = RandomNumberGenerator.GetBytes(bytes);
        modulus[0] |= 0x80;
        modulus[^1] |= 1;
        return modulus;
    }

    private static string Rsa(byte[] modulus) => $$"""{"kty":"RSA","n":"{{Base64Url.EncodeToString(modulus)}}","e":"AQAB"}""";

    private static byte[] Set(string jwk) => Encoding.UTF8.GetBytes($$"""{"keys":[{{jwk}}]}""");

    private static byte[] Set(byte[] jwk) => Set(Encoding.UTF8.GetString(jwk));

    private static JsonWebKeySet Parsed(byte[] json) => Assert.IsType<JsonWebKeySetOutcome.Parsed>(JsonWebKeySet.Parse(json)).Set;

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            write(writer);
        }

        return stream.ToArray();
    }
}
