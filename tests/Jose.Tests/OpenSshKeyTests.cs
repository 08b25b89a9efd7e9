using System.Diagnostics;
using System.Security.Cryptography;
using AuthProxy.TestKit;

namespace AuthProxy.Jose.Tests;

/// <summary>Keys that the real ssh-keygen made.</summary>
public class OpenSshKeyTests
{
    [Theory]
    [InlineData(JwtAlgorithms.ES256, "-t", "ecdsa", "-b", "256")]
    [InlineData(JwtAlgorithms.RS256, "-t", "rsa", "-b", "2048")]
    [InlineData(JwtAlgorithms.RS256, "-t", "rsa", "-b", "3072")]
    public async Task Key_is_the_one_that_ssh_keygen_writes_in_pem_too(string algorithm, params string[] form)
    {
        using var folder = new TestFolder();
        var file = await MakeAsync(folder, "", form);
        var key = Loaded(await File.ReadAllTextAsync(file));
        await RunAsync("-p", "-m", "PEM", "-N", "", "-f", file);

        Assert.Equal(algorithm, key.Algorithm);
        Assert.Equal(Loaded(await File.ReadAllTextAsync(file)).KeyId, key.KeyId);
        var signature = new byte[key.SignatureBytes];
        key.Sign("data"u8, signature);
        Assert.True(key.VerificationKey.Verify(algorithm, "data"u8, signature));
    }

    [Fact]
    public async Task Encrypted_key_and_other_kinds_are_named()
    {
        using var folder = new TestFolder();

        Assert.Contains("encrypted", Faulty(await File.ReadAllTextAsync(await MakeAsync(folder, "passphrase", "-t", "ecdsa"))), StringComparison.Ordinal);
        Assert.Contains("neither RSA nor ECDSA", Faulty(await File.ReadAllTextAsync(await MakeAsync(folder, "", "-t", "ed25519"))), StringComparison.Ordinal);
        Assert.Contains("neither RSA nor ECDSA", Faulty(await File.ReadAllTextAsync(await MakeAsync(folder, "", "-t", "ecdsa", "-b", "384"))), StringComparison.Ordinal);
        Assert.Contains("bits", Faulty(await File.ReadAllTextAsync(await MakeAsync(folder, "", "-t", "rsa", "-b", "1024"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_cut_or_changed_anywhere_is_refused_or_still_the_same_key()
    {
        using var folder = new TestFolder();
        var text = await File.ReadAllTextAsync(await MakeAsync(folder, "", "-t", "ecdsa"));
        var file = Convert.FromBase64String(string.Concat(text.Split('\n').Where(line => !line.StartsWith('-'))));
        var key = Loaded(text).KeyId;

        for (var at = 0; at < file.Length; at++)
        {
            var changed = (byte[])file.Clone();
            changed[at] ^= 0x41;
            foreach (var damaged in new[] { file[..at], changed })
            {
                // A comment and the public half in front are not read: what they say changes nothing.
                Assert.True(SigningKey.FromPem(PemEncoding.Write("OPENSSH PRIVATE KEY", damaged)) is not SigningKeyOutcome.Loaded loaded || loaded.Key.KeyId == key);
            }
        }
    }

    private static SigningKey Loaded(string pem) => Assert.IsType<SigningKeyOutcome.Loaded>(SigningKey.FromPem(pem)).Key;

    private static string Faulty(string pem) => Assert.IsType<SigningKeyOutcome.Faulty>(SigningKey.FromPem(pem)).Why;

    private static async Task<string> MakeAsync(TestFolder folder, string passphrase, params string[] form)
    {
        var file = Path.Combine(folder.Path, Guid.NewGuid().ToString("N"));
        await RunAsync([.. form, "-N", passphrase, "-q", "-f", file]);
        return file;
    }

    private static async Task RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ssh-keygen", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
