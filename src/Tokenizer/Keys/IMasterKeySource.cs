using AuthProxy.Tokenizer.Cryptography;

namespace AuthProxy.Tokenizer.Keys;

/// <summary>Where the master keys come from. It is asked at the start, and again while the service runs: a new version needs no restart.</summary>
internal interface IMasterKeySource
{
    /// <summary>The place, for people; goes on before "holds no key".</summary>
    string Place { get; }

    /// <summary>Every version that is there; none where there is none yet.</summary>
    /// <exception cref="MasterKeysUnreadableException">The place cannot be read, or holds something that is no key.</exception>
    ValueTask<IReadOnlyList<MasterKey>> ReadAsync(CancellationToken cancellation);
}

/// <summary>Why there are no master keys, in one sentence without anything of a key.</summary>
internal sealed class MasterKeysUnreadableException(string message) : Exception(message);
