using System.Text.Json;

namespace AuthProxy.Jose.Signing;

/// <summary>The current key and the one before; immutable, swapped as one.</summary>
internal sealed class KeyGenerations(SigningKey current, SigningKey? previous)
{
    public SigningKey Current { get; } = current;

    public SigningKey? Previous { get; } = previous;

    public JsonWebKeySet Public { get; } = new(
        previous is null ? [current.VerificationKey] : [current.VerificationKey, previous.VerificationKey], []);

    public bool SameAs(KeyGenerations other) => Current.KeyId == other.Current.KeyId && Previous?.KeyId == other.Previous?.KeyId;

    public void WritePublicKeys(Utf8JsonWriter writer)
    {
        Current.WritePublicJwk(writer);
        Previous?.WritePublicJwk(writer);
    }
}
