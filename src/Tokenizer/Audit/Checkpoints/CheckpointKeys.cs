using System.Security.Cryptography;
using System.Text.Json;
using AuthProxy.Jose;
using AuthProxy.Tokenizer.Cryptography;

namespace AuthProxy.Tokenizer.Audit.Checkpoints;

/// <summary>
/// The ES256 keys of checkpoints. They are made from the database's audit key, which the master key opens: every replica has the same, and nobody
/// has to hand them out. The newest signs; each version verifies.
/// </summary>
internal sealed class CheckpointKeys(LookupKeys keys)
{
    // One seed in 2^32 is no key; several in a row mean that something else is wrong.
    private const int Attempts = 4;

    private readonly IReadOnlyList<SigningKey> _keys = [.. Enumerable.Range(0, keys.AuditSigningSeeds(0).Length).Select(version => KeyOf(keys, version))];

    public SigningKey Current => _keys[0];

    public IKeySource Public => new FixedKeySource([.. _keys.Select(key => key.VerificationKey)]);

    /// <summary>The public halves, for whoever verifies shipped checkpoints elsewhere (RFC 7517, 5).</summary>
    public void WriteJwks(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("keys"u8);
        foreach (var key in _keys)
        {
            key.WritePublicJwk(writer);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static SigningKey KeyOf(LookupKeys keys, int version)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (KeyOf(keys.AuditSigningSeeds(attempt)[version]) is { } key)
            {
                return key;
            }
        }

        throw new CryptographicException("no seed of the audit's signing key gives a key");
    }

    private static SigningKey? KeyOf(byte[] seed)
    {
        try
        {
            // The private number alone says everything; the platform computes the point (SEC 1, 3.2.1), and refuses 0 and what is too large.
            using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = seed });
            return SigningKey.FromPem(key.ExportPkcs8PrivateKeyPem()) is SigningKeyOutcome.Loaded(var loaded) ? loaded : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
