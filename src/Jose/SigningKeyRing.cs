using System.Text.Json;
using AuthProxy.Jose.Signing;

namespace AuthProxy.Jose;

/// <summary>
/// The signing keys of one workload: the current one signs, the previous one is still published and verifies what it signed before.
/// They are PEM files (<c>*.pem</c>) in one folder, oldest first by name, so a mounted Secret rotates them without a restart.
/// </summary>
public sealed class SigningKeyRing : IKeySource
{
    private readonly string _folder;
    private readonly Lock _reloading = new();
    private volatile KeyGenerations _keys;
    private long _version;

    private SigningKeyRing(string folder, KeyGenerations keys)
    {
        _folder = folder;
        _keys = keys;
    }

    /// <summary>The key that signs.</summary>
    public SigningKey Current => _keys.Current;

    /// <summary>The key that signed before, when there is one.</summary>
    public SigningKey? Previous => _keys.Previous;

    /// <summary>Grows with each change of keys; what was signed under another version is not handed out again.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>Loads the keys of a folder.</summary>
    /// <param name="folder">The folder.</param>
    public static SigningKeyRingOutcome LoadFolder(string folder) =>
        KeyFolder.Read(folder, out var keys) is { } fault
            ? new SigningKeyRingOutcome.Faulty(fault)
            : new SigningKeyRingOutcome.Loaded(new SigningKeyRing(folder, keys!));

    /// <summary>A ring of one key that lies in no folder and is gone with the process: nothing that it signs is believed anywhere.</summary>
    /// <param name="key">The key.</param>
    public static SigningKeyRing Of(SigningKey key) => new("", new KeyGenerations(key, null));

    /// <summary>
    /// Makes a first key in a folder that has none, readable by its owner only. Two processes that start at once end up with the same key.
    /// </summary>
    /// <param name="folder">The folder; made when it is absent.</param>
    /// <param name="algorithm"><c>ES256</c> or <c>RS256</c>.</param>
    /// <exception cref="IOException">The folder holds no key and cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder holds no key and must not be written.</exception>
    public static void EnsureGenerated(string folder, string algorithm = JwtAlgorithms.ES256) => KeyFolder.EnsureFirst(folder, algorithm);

    /// <summary>Adds a new key to a folder; it becomes the current one wherever the folder is loaded again.</summary>
    /// <param name="folder">The folder; made when it is absent.</param>
    /// <param name="algorithm"><c>ES256</c> or <c>RS256</c>.</param>
    /// <returns>The new file.</returns>
    public static string GenerateNext(string folder, string algorithm = JwtAlgorithms.ES256) => KeyFolder.AddNext(folder, algorithm);

    /// <summary>Reads the folder again. On a fault the keys stay as they were.</summary>
    public SigningKeyReloadOutcome Reload()
    {
        lock (_reloading)
        {
            if (KeyFolder.Read(_folder, out var keys) is { } fault)
            {
                return new SigningKeyReloadOutcome.Failed(fault);
            }

            if (keys!.SameAs(_keys))
            {
                return SigningKeyReloadOutcome.Unchanged.Instance;
            }

            _keys = keys;
            Interlocked.Increment(ref _version);
            return SigningKeyReloadOutcome.Changed.Instance;
        }
    }

    /// <summary>Writes the public key set (RFC 7517, 5), the current key first.</summary>
    /// <param name="writer">Where to.</param>
    public void WriteJwks(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("keys"u8);
        WritePublicKeys(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Writes the public keys into a list that was begun, the current key first.</summary>
    /// <param name="writer">Where to.</param>
    public void WritePublicKeys(Utf8JsonWriter writer) => _keys.WritePublicKeys(writer);

    /// <inheritdoc/>
    public ValueTask<KeyLookup> FindAsync(string? keyId, string algorithm, CancellationToken cancellation) =>
        ValueTask.FromResult(FixedKeySource.Look(_keys.Public, keyId, algorithm));
}
