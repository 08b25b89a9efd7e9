namespace AuthProxy.Jose;

/// <summary>Where the keys of one issuer come from. Implementations are safe for many threads.</summary>
public interface IKeySource
{
    /// <summary>The keys that may have signed a token: of its <c>kid</c>, or without one all that fit its algorithm.</summary>
    /// <param name="keyId">The token's <c>kid</c>; not trusted, so it never becomes part of an address or a file name.</param>
    /// <param name="algorithm">The token's <c>alg</c>, already on the policy's list.</param>
    /// <param name="cancellation">Ends the caller's wait, not a fetch that others wait for too.</param>
    ValueTask<KeyLookup> FindAsync(string? keyId, string algorithm, CancellationToken cancellation);

    /// <summary>
    /// All keys that fit an algorithm, after none of those that were found had signed a token without <c>kid</c>: it may be of a key that was
    /// added since. A source that can look again does so, at most now and then: anybody can write such a token.
    /// </summary>
    /// <param name="algorithm">The token's <c>alg</c>.</param>
    /// <param name="cancellation">Ends the caller's wait.</param>
    ValueTask<KeyLookup> FindNewerAsync(string algorithm, CancellationToken cancellation) => ValueTask.FromResult<KeyLookup>(KeyLookup.Unknown.Instance);
}
