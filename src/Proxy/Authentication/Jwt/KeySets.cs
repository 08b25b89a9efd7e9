using AuthProxy.Jose;

namespace AuthProxy.Proxy.Authentication.Jwt;

/// <summary>Gets the document at an address of keys from elsewhere than the network and the files.</summary>
internal sealed record KeyFetch(Func<string, CancellationToken, ValueTask<FetchOutcome>> FetchAsync);

/// <summary>The key sets of issuers, one cache for each address, shared by all rules.</summary>
/// <param name="time">What time it is.</param>
/// <param name="logger">Where lost and withdrawn keys are told.</param>
/// <param name="instead">Stands in for the network and the files.</param>
internal sealed class KeySets(TimeProvider time, ILogger<KeySets> logger, KeyFetch? instead = null) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(DocumentFetcher.CreateHandler());
    private readonly Dictionary<(string Address, TimeSpan Lifetime, bool Secrets), JwksCache> _caches = [];
    private readonly Lock _gate = new();

    /// <summary>The keys of all these addresses.</summary>
    /// <param name="addresses">http(s) addresses and file:// paths.</param>
    /// <param name="lifetime">How long fetched keys are fresh.</param>
    /// <param name="secrets">Whether shared secrets count as keys.</param>
    /// <param name="withdrawn">Told when a key is gone.</param>
    public IKeySource For(IReadOnlyList<string> addresses, TimeSpan lifetime, bool secrets, Action withdrawn)
    {
        lock (_gate)
        {
            var sources = addresses.Select(address => CacheOf(address, lifetime, secrets, withdrawn)).ToArray();
            return sources is [var only] ? only : new AllKeySets(sources);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var cache in _caches.Values)
            {
                cache.Dispose();
            }
        }

        _http.Dispose();
    }

    private JwksCache CacheOf(string address, TimeSpan lifetime, bool secrets, Action withdrawn)
    {
        if (!_caches.TryGetValue((address, lifetime, secrets), out var cache))
        {
            cache = new JwksCache(cancellation => FetchAsync(address, cancellation), time, new JwksCacheOptions
            {
                TimeToLive = lifetime,
                AcceptSecrets = secrets,
                Observer = refresh => Observe(address, refresh, withdrawn),
            });
            _caches.Add((address, lifetime, secrets), cache);
        }

        return cache;
    }

    private ValueTask<FetchOutcome> FetchAsync(string address, CancellationToken cancellation) =>
        instead is not null ? instead.FetchAsync(address, cancellation)
        : address.StartsWith("file://", StringComparison.OrdinalIgnoreCase) ? DocumentFetcher.FromFileAsync(address["file://".Length..], cancellation)
        : DocumentFetcher.FromHttpAsync(_http, new Uri(address), cancellation);

    private void Observe(string address, KeySetRefresh refresh, Action withdrawn)
    {
        if (!refresh.Succeeded)
        {
            logger.KeysNotFetched(address, refresh.Why ?? "no reason given");
        }
        else if (refresh.Withdrawn)
        {
            logger.KeysWithdrawn(address);
            withdrawn();
        }
    }
}

/// <summary>Several key sets as one. A token is unknown only where all of them could be asked.</summary>
internal sealed class AllKeySets(IReadOnlyList<IKeySource> sources) : IKeySource
{
    public async ValueTask<KeyLookup> FindAsync(string? keyId, string algorithm, CancellationToken cancellation)
    {
        List<VerificationKey> found = [];
        KeyLookup.Unavailable? unavailable = null;
        foreach (var source in sources)
        {
            switch (await source.FindAsync(keyId, algorithm, cancellation))
            {
                case KeyLookup.Found keys:
                    found.AddRange(keys.Keys);
                    break;
                case KeyLookup.Unavailable gone:
                    unavailable = gone;
                    break;
            }
        }

        return found.Count > 0 ? new KeyLookup.Found(found) : unavailable ?? (KeyLookup)KeyLookup.Unknown.Instance;
    }
}
