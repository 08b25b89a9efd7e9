using System.Security.Cryptography;
using AuthProxy.Jose;
using AuthProxy.TestKit;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Configuration;

namespace AuthProxy.Tokenizer.Tests.Callers;

public sealed class PublicKeyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeClock _clock = new();
    private readonly HttpMessageInvoker _http = new(new HttpClientHandler());

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_public_key_of_either_kind_is_read_from_pem()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);

        Assert.IsType<KeyLookup.Found>(await FindAsync(ec.ExportSubjectPublicKeyInfoPem(), "ES256"));
        Assert.IsType<KeyLookup.Found>(await FindAsync(rsa.ExportSubjectPublicKeyInfoPem(), "RS256"));
        Assert.IsType<KeyLookup.Found>(await FindAsync(rsa.ExportRSAPublicKeyPem(), "RS256"));
    }

    [Fact]
    public async Task A_private_key_is_not_taken_for_a_public_one()
    {
        using var rsa = RSA.Create(2048);

        Assert.IsType<KeyLookup.Unavailable>(await FindAsync(rsa.ExportPkcs8PrivateKeyPem(), "RS256"));
    }

    [Fact]
    public async Task A_key_that_is_too_weak_or_of_another_curve_is_no_key()
    {
        using var weak = RSA.Create(1024);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        Assert.IsNotType<KeyLookup.Found>(await FindAsync(weak.ExportSubjectPublicKeyInfoPem(), "RS256"));
        Assert.IsNotType<KeyLookup.Found>(await FindAsync(other.ExportSubjectPublicKeyInfoPem(), "ES384"));
        Assert.IsNotType<KeyLookup.Found>(await FindAsync("rubbish", "RS256"));
    }

    [Fact]
    public async Task A_changed_file_counts_within_seconds()
    {
        using var first = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var second = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var source = Open(first.ExportSubjectPublicKeyInfoPem());
        var data = new byte[] { 1, 2, 3 };
        await source.FindAsync(null, "ES256", default);

        await File.WriteAllTextAsync(_folder.File("key.pem"), second.ExportSubjectPublicKeyInfoPem());
        _clock.Advance(TimeSpan.FromSeconds(6));
        await source.RefreshAsync(default);

        var found = Assert.IsType<KeyLookup.Found>(await source.FindAsync(null, "ES256", default));
        Assert.True(Assert.Single(found.Keys).Verify("ES256", data, second.SignData(data, HashAlgorithmName.SHA256)));
    }

    private async Task<KeyLookup> FindAsync(string pem, string algorithm)
    {
        using var source = Open(pem);
        return await source.FindAsync(null, algorithm, default);
    }

    private JwksCache Open(string pem)
    {
        File.WriteAllText(_folder.File("key.pem"), pem);
        return KeyLocations.Open(new KeyLocation.PemFile(_folder.File("key.pem")), _http, _clock);
    }
}
