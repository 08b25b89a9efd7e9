using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace AuthProxy.Proxy.Authentication.ApiKey;

/// <summary>
/// The SHA-256 of an API key: all that is kept of it. No salt and no slow hash, because keys are random: 128 bits cannot be guessed,
/// however fast one guess is.
/// </summary>
internal sealed class ApiKeyHash
{
    private const string Prefix = "sha256:";

    private readonly byte[] _bytes;

    private ApiKeyHash(byte[] bytes) => _bytes = bytes;

    /// <summary>What entries are found by; how long finding one takes tells at most this much of a hash, and nothing of a key.</summary>
    public long Leading => BinaryPrimitives.ReadInt64LittleEndian(_bytes);

    public static ApiKeyHash Of(string key) => new(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>Reads 64 hexadecimal digits or base64 of 32 bytes, with or without <c>sha256:</c> before them.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ApiKeyHash? hash)
    {
        var digits = text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? text[Prefix.Length..] : text;
        var bytes = new byte[SHA256.HashSizeInBytes];
        var length = 0;
        var sound = digits.Length == bytes.Length * 2
            ? Convert.FromHexString(digits, bytes, out _, out length) == System.Buffers.OperationStatus.Done
            : digits.Length is 43 or 44 && Convert.TryFromBase64String(digits.Replace('-', '+').Replace('_', '/').PadRight(44, '='), bytes, out length);
        hash = sound && length == bytes.Length ? new ApiKeyHash(bytes) : null;
        return hash is not null;
    }

    public bool IsSameAs(ApiKeyHash other) => CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);

    /// <summary>As it is written into the file.</summary>
    public override string ToString() => Prefix + Convert.ToHexStringLower(_bytes);
}
