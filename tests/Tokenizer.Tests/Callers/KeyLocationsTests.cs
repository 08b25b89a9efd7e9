using System.Security.Cryptography;
using AuthProxy.Jose;
using AuthProxy.TestKit;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Configuration;

namespace AuthProxy.Tokenizer.Tests.Callers;

public sealed class KeyLocationsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(JwtAlgorithms.ES256)]
    [InlineData(JwtAlgorithms.RS256)]
    public async Task Key_of_a_PEM_file_is_found_under_any_id_that_a_token_gives_it(string algorithm)
    {
        var key = SigningKey.Generate(algorithm);

        Assert.Equal("believed", await JudgeAsync(key, PublicPem(key)));
    }

    [Fact]
    public async Task Token_of_another_key_is_not_believed_by_a_PEM_file()
    {
        var other = SigningKey.Generate(JwtAlgorithms.ES256);

        Assert.Equal("rejected", await JudgeAsync(SigningKey.Generate(JwtAlgorithms.ES256), PublicPem(other)));
    }

    [Fact]
    public async Task Private_key_where_a_public_one_belongs_is_not_used()
    {
        var key = SigningKey.Generate(JwtAlgorithms.ES256);

        Assert.Equal("unavailable", await JudgeAsync(key, key.ToPem()));
    }

    private async Task<string> JudgeAsync(SigningKey signer, string pem)
    {
        var path = Path.Combine(_folder.Path, "key.pem");
        await File.WriteAllTextAsync(path, pem);
        var settings = new TrustSettings("bank", TrustRoles.Application, "bank", new KeyLocation.PemFile(path), [], ["bank"], []);
        using var http = new HttpMessageInvoker(DocumentFetcher.CreateHandler());
        using var entries = new TrustEntries([new TrustEntry(settings, [], KeyLocations.Open(settings.Keys, http, _clock), _clock)]);
        return await entries.VerifyAsync(Token(signer), JwtTypes.Application, CancellationToken.None) switch
        {
            TrustOutcome.Believed => "believed",
            TrustOutcome.KeysUnavailable => "unavailable",
            _ => "rejected",
        };
    }

    private string Token(SigningKey signer) => JwtSigner.Sign(signer, JwtTypes.Application, writer =>
    {
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        writer.WriteString("iss", "bank");
        writer.WriteString("sub", "application");
        writer.WriteString("aud", TrustEntry.ServicesAudience);
        writer.WriteNumber("iat", now);
        writer.WriteNumber("exp", now + 60);
        writer.WriteString("jti", "1");
    });

    private static string PublicPem(SigningKey key)
    {
        using var pair = key.Algorithm == JwtAlgorithms.RS256 ? (AsymmetricAlgorithm)RSA.Create() : ECDsa.Create();
        pair.ImportFromPem(key.ToPem());
        return pair.ExportSubjectPublicKeyInfoPem();
    }
}
