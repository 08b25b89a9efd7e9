namespace AuthProxy.Jose.Keys;

/// <summary>The part of a key that verifies. It takes only algorithms of its own kind: that is what stops HS256 "signed" with an RSA public key.</summary>
internal abstract class KeyMaterial
{
    public abstract string KeyType { get; }

    public virtual string? Curve => null;

    /// <summary>What tells this key from every other of its type.</summary>
    public abstract ReadOnlyMemory<byte> Identity { get; }

    public abstract bool Fits(JwaAlgorithm algorithm);

    /// <summary>Only called for an algorithm that fits.</summary>
    public abstract bool Verify(JwaAlgorithm algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);
}
