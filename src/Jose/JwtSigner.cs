using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace AuthProxy.Jose;

/// <summary>Signs JSON web tokens in compact form (RFC 7515, 7.1).</summary>
public static class JwtSigner
{
    [ThreadStatic]
    private static Scratch? scratch;

    /// <summary>Signs claims.</summary>
    /// <param name="key">The key.</param>
    /// <param name="type">The token's <c>typ</c>; one of <see cref="JwtTypes"/> for what we sign ourselves.</param>
    /// <param name="writeClaims">Writes the members of the claims object, without its braces.</param>
    public static string Sign(SigningKey key, string type, Action<Utf8JsonWriter> writeClaims) =>
        Sign(key, type, writeClaims, static (writer, write) => write(writer));

    /// <summary>Signs claims without a closure.</summary>
    /// <typeparam name="TState">What the claims are made from.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="type">The token's <c>typ</c>.</param>
    /// <param name="state">Handed to <paramref name="writeClaims"/>.</param>
    /// <param name="writeClaims">Writes the members of the claims object, without its braces.</param>
    public static string Sign<TState>(SigningKey key, string type, TState state, Action<Utf8JsonWriter, TState> writeClaims)
    {
        // Taken for the duration: claims that are written with the help of another token get a scratch of their own.
        var mine = scratch ?? new Scratch();
        scratch = null;
        try
        {
            mine.Writer.WriteStartObject();
            writeClaims(mine.Writer, state);
            mine.Writer.WriteEndObject();
            mine.Writer.Flush();
            return Assemble(key, key.EncodedHeader(type), mine.Claims.WrittenSpan);
        }
        finally
        {
            mine.Reset();
            scratch = mine;
        }
    }

    private static string Assemble(SigningKey key, byte[] header, ReadOnlySpan<byte> claims)
    {
        var signedLength = header.Length + 1 + Base64Url.GetEncodedLength(claims.Length);
        var length = signedLength + 1 + Base64Url.GetEncodedLength(key.SignatureBytes);
        var token = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            header.CopyTo(token.AsSpan());
            token[header.Length] = (byte)'.';
            Base64Url.EncodeToUtf8(claims, token.AsSpan(header.Length + 1));
            token[signedLength] = (byte)'.';
            WriteSignature(key, token.AsSpan(0, signedLength), token.AsSpan(signedLength + 1));
            return Encoding.ASCII.GetString(token, 0, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(token, clearArray: true);
        }
    }

    private static void WriteSignature(SigningKey key, ReadOnlySpan<byte> signed, Span<byte> destination)
    {
        // RSA of 8192 bits, the largest that is read, signs in 1 KiB.
        Span<byte> signature = stackalloc byte[1024];
        var written = key.Sign(signed, signature);
        Base64Url.EncodeToUtf8(signature[..written], destination);
    }

    private sealed class Scratch
    {
        private const int Kept = 64 * 1024;

        public Scratch()
        {
            Claims = new ArrayBufferWriter<byte>(512);
            Writer = new Utf8JsonWriter(Claims);
        }

        public ArrayBufferWriter<byte> Claims { get; private set; }

        public Utf8JsonWriter Writer { get; }

        public void Reset()
        {
            // One unusually large token must not keep its memory on every thread.
            if (Claims.Capacity > Kept)
            {
                Claims = new ArrayBufferWriter<byte>(512);
            }

            Claims.Clear();
            Writer.Reset(Claims);
        }
    }
}
