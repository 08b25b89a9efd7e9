using System.Text.Json;
using AuthProxy.Jose.Signing;

namespace AuthProxy.Jose;

/// <summary>
/// A JSON web key set that holds a private key or a shared secret: one key that signs, and public keys to verify with. For a document that only
/// its owner can read.
/// </summary>
public sealed class SigningKeySet
{
    private readonly IReadOnlyList<JsonElement> _others;

    internal SigningKeySet(SigningKey signing, IReadOnlyList<JsonElement> others)
    {
        Signing = signing;
        _others = others;
    }

    /// <summary>
    /// The key that signs: the last private one, but none behind the first place where a private and a public key have stood. Its id is that of its
    /// own public key in the set, else the one it has itself, else its thumbprint.
    /// </summary>
    public SigningKey Signing { get; }

    /// <summary>Reads a key set. A key that cannot serve is passed over; a set without one that signs is refused.</summary>
    /// <param name="utf8">The document.</param>
    public static SigningKeySetOutcome Parse(ReadOnlySpan<byte> utf8) => SigningKeySetReader.Read(utf8);

    /// <summary>Writes the public halves of all keys into a list that was begun; of a shared secret nothing.</summary>
    /// <param name="writer">Where to.</param>
    public void WritePublicKeys(Utf8JsonWriter writer)
    {
        if (!Signing.IsSecret)
        {
            Signing.WritePublicJwk(writer);
        }

        foreach (var key in _others)
        {
            PublicJwk.Write(key, writer);
        }
    }
}
