using System.Buffers.Text;
using System.Text.Json;

namespace AuthProxy.Jose.Signing;

/// <summary>The part of a key that signs.</summary>
internal abstract class PrivateMaterial
{
    public abstract string Algorithm { get; }

    public abstract int SignatureBytes { get; }

    /// <summary>Whether this is a shared secret, which has no public members.</summary>
    public virtual bool IsSecret => false;

    public abstract VerificationKey CreateVerificationKey(string keyId);

    /// <summary>The members that RFC 7638, 3.2 takes, in its order.</summary>
    public abstract void WritePublicMembers(Utf8JsonWriter writer);

    public abstract void WritePrivateMembers(Utf8JsonWriter writer);

    public abstract string ToPem();

    public abstract int Sign(ReadOnlySpan<byte> data, Span<byte> signature);

    protected static void WriteBytes(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> bytes) =>
        writer.WriteString(name, Base64Url.EncodeToUtf8(bytes));
}
