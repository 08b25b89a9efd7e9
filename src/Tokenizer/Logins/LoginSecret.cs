using System.Buffers.Text;
using System.Security.Cryptography;
using AuthProxy.Tokenizer.Cryptography;

namespace AuthProxy.Tokenizer.Logins;

/// <summary>256 random bits in a cookie. The database knows the hash.</summary>
internal sealed class LoginSecret
{
    public const int TextLength = 43;

    private const int Size = 32;

    private LoginSecret(byte[] bytes) => Bytes = bytes;

    public byte[] Bytes { get; }

    public static LoginSecret New() => new(RandomNumberGenerator.GetBytes(Size));

    /// <returns>Null where we cannot have written the text.</returns>
    public static LoginSecret? Parse(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Size];
        return text.Length == TextLength && Base64Url.TryDecodeFromChars(text, bytes, out var written) && written == Size
            && text.SequenceEqual(Base64Url.EncodeToString(bytes)) ? new LoginSecret(bytes) : null;
    }

    // 256 random bits need no key: nobody can try them.
    public byte[] Hash() => SHA256.HashData(AssociatedData.Of("login", Bytes));

    public string ToText() => Base64Url.EncodeToString(Bytes);
}
