using System.Text.Json;
using AuthProxy.Jose.Keys;
using AuthProxy.Jose.Reading;

namespace AuthProxy.Jose;

/// <summary>
/// A JSON web key set (RFC 7517), read strictly. A key that cannot serve (unknown type, private, for encryption, too short) is left out and said so;
/// a set that is not strict JSON is refused whole.
/// </summary>
public sealed class JsonWebKeySet
{
    /// <summary>The largest set that is looked at.</summary>
    public const int MaxBytes = 256 * 1024;

    private const int MaxDepth = 16;
    private const int MaxKeys = 100;

    internal JsonWebKeySet(IReadOnlyList<VerificationKey> keys, IReadOnlyList<string> skipped)
    {
        Keys = keys;
        Skipped = skipped;
    }

    /// <summary>A set without keys.</summary>
    public static JsonWebKeySet Empty { get; } = new([], []);

    /// <summary>The keys that can verify signatures, in the set's order.</summary>
    public IReadOnlyList<VerificationKey> Keys { get; }

    /// <summary>Why keys of the set were left out, one sentence each.</summary>
    public IReadOnlyList<string> Skipped { get; }

    /// <summary>Reads a key set.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="acceptSecrets">
    /// Whether keys of type <c>oct</c> count. Never for a set that came over the network: a published secret is none.
    /// </param>
    public static JsonWebKeySetOutcome Parse(ReadOnlySpan<byte> utf8, bool acceptSecrets = false)
    {
        if (utf8.Length > MaxBytes)
        {
            return new JsonWebKeySetOutcome.Malformed($"the key set is longer than {MaxBytes} bytes");
        }

        if (StrictJson.ParseObject(utf8, MaxDepth, out var json) is { } fault)
        {
            return new JsonWebKeySetOutcome.Malformed($"the key set {fault}");
        }

        if (!json.TryGetProperty("keys"u8, out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return new JsonWebKeySetOutcome.Malformed("the key set has no list of keys");
        }

        return list.GetArrayLength() > MaxKeys
            ? new JsonWebKeySetOutcome.Malformed($"the key set has more than {MaxKeys} keys")
            : new JsonWebKeySetOutcome.Parsed(ReadKeys(list, acceptSecrets));
    }

    /// <summary>
    /// The keys that may verify a token: of this id and fit for this algorithm; without an id, all that fit.
    /// </summary>
    /// <param name="keyId">The token's <c>kid</c>.</param>
    /// <param name="algorithm">The token's <c>alg</c>.</param>
    public IReadOnlyList<VerificationKey> Find(string? keyId, string algorithm)
    {
        List<VerificationKey>? found = null;
        foreach (var key in Keys)
        {
            if ((keyId is null || string.Equals(key.KeyId, keyId, StringComparison.Ordinal)) && key.Fits(algorithm))
            {
                (found ??= []).Add(key);
            }
        }

        return found ?? (IReadOnlyList<VerificationKey>)[];
    }

    private static JsonWebKeySet ReadKeys(JsonElement list, bool acceptSecrets)
    {
        List<VerificationKey> keys = [];
        List<string> skipped = [];
        var position = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (JsonWebKeyReader.Read(item, acceptSecrets, out var key) is { } why)
            {
                skipped.Add($"keys[{position}]: {why}");
            }
            else
            {
                keys.Add(key!);
            }

            position++;
        }

        return new JsonWebKeySet(keys, skipped);
    }
}
