using System.Security.Cryptography;
using System.Text;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Watching;
using Microsoft.Extensions.Primitives;

namespace AuthProxy.Proxy.Decisions;

/// <summary>What a caller shows to be believed; a new one in its file is taken without a restart.</summary>
internal sealed class CallerKey : IDisposable
{
    /// <summary>A header of its own: Authorization is the client's, whose credentials the decision is about.</summary>
    public const string Header = "X-AuthProxy-Caller-Key";

    private readonly SecretFile _file;
    private volatile byte[] _digest = [];

    public CallerKey(Secret secret, TimeProvider time, ILogger log)
    {
        _file = new SecretFile(secret, time, log);
        _file.Changed += Take;
        Take();
    }

    /// <summary>The digest of what was shown; null where it is not exactly one value.</summary>
    public static byte[]? DigestOf(StringValues shown) => shown is [{ Length: > 0 } key] ? SHA256.HashData(Encoding.UTF8.GetBytes(key)) : null;

    // Digests of equal length, so that the time of comparing tells nothing of the key.
    public bool Is(byte[]? digest) => digest is not null && CryptographicOperations.FixedTimeEquals(_digest, digest);

    public void Dispose() => _file.Dispose();

    public override string ToString() => nameof(CallerKey);

    private void Take() => _digest = SHA256.HashData(Encoding.UTF8.GetBytes(_file.Reveal()));
}
