using System.Security.Cryptography;
using System.Text;

namespace AuthProxy.Tokenizer.Cryptography;

/// <summary>A 256-bit key for one purpose, by HKDF-SHA256. Zeroed when disposed.</summary>
internal readonly ref struct DerivedKey : IDisposable
{
    private const string Context = "authproxy tokenizer 1 ";

    private readonly byte[] _bytes;

    public DerivedKey(ReadOnlySpan<byte> from, ReadOnlySpan<byte> salt, string purpose)
    {
        _bytes = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, from, _bytes, salt, Encoding.ASCII.GetBytes(Context + purpose));
    }

    public ReadOnlySpan<byte> Bytes => _bytes;

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);
}
