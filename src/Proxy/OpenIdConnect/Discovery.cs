using AuthProxy.Jose;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>
/// A provider's metadata and keys, fetched when first needed, kept, and used past their time while it cannot be reached.
/// A provider that is down delays a login; it never keeps the Proxy from starting.
/// </summary>
internal sealed class Discovery : IDisposable
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan StaleLimit = TimeSpan.FromHours(24);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);

    private readonly OidcProviderSettings _settings;
    private readonly HttpMessageInvoker _http;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Uri _discovery;
    private readonly Lock _starting = new();
    private volatile Known? _known;
    private Task<ProviderMetadata?>? _fetching;
    private long? _failedAt;

    public Discovery(OidcProviderSettings settings, ProviderHttp http, TimeProvider clock, ILogger log)
    {
        (_settings, _http, _clock, _log) = (settings, http.Invoker, clock, log);

        // Discovery, section 4.1: a slash at the issuer's end goes, then the well-known path comes.
        _discovery = new Uri(settings.Issuer.TrimEnd('/') + "/.well-known/openid-configuration");
        Keys = new JwksCache(FetchKeysAsync, clock, new JwksCacheOptions { FetchTimeout = settings.Timeout });
    }

    /// <summary>The keys that sign ID tokens.</summary>
    public JwksCache Keys { get; }

    /// <summary>The metadata; null where it cannot be had now.</summary>
    public async ValueTask<ProviderMetadata?> FindAsync(CancellationToken cancellation)
    {
        if (_known is { } known && _clock.GetElapsedTime(known.At) is var age && age < StaleLimit)
        {
            if (age >= TimeToLive)
            {
                // Nobody waits for this one.
                _ = JoinFetch();
            }

            return known.Metadata;
        }

        return JoinFetch() is { } fetching ? await fetching.WaitAsync(cancellation) : null;
    }

    public void Dispose() => Keys.Dispose();

    private Task<ProviderMetadata?>? JoinFetch()
    {
        lock (_starting)
        {
            if (_fetching is not null || (_failedAt is { } failed && _clock.GetElapsedTime(failed) < PauseAfterFailure))
            {
                return _fetching;
            }

            // The fetch serves everybody: it must not end with the request that happened to start it.
            using (ExecutionContext.SuppressFlow())
            {
                return _fetching = Task.Run(FetchAsync);
            }
        }
    }

    private async Task<ProviderMetadata?> FetchAsync()
    {
        using var timeout = new CancellationTokenSource(_settings.Timeout, _clock);
        var outcome = await DocumentFetcher.FromHttpAsync(_http, _discovery, timeout.Token);
        var why = outcome is FetchOutcome.Failed failed ? failed.Why : "";
        var metadata = outcome is FetchOutcome.Fetched fetched ? ProviderMetadata.Read(fetched.Content, _settings.Issuer, out why) : null;
        if (metadata is null)
        {
            _log.DiscoveryFailed(_settings.Issuer, why);
        }

        lock (_starting)
        {
            _known = metadata is null ? _known : new Known(metadata, _clock.GetTimestamp());
            _failedAt = metadata is null ? _clock.GetTimestamp() : null;
            _fetching = null;
        }

        return metadata;
    }

    private async ValueTask<FetchOutcome> FetchKeysAsync(CancellationToken cancellation) =>
        await FindAsync(cancellation) is { } metadata
            ? await DocumentFetcher.FromHttpAsync(_http, metadata.KeysAddress, cancellation)
            : new FetchOutcome.Failed("the provider's discovery document could not be had");

    private sealed record Known(ProviderMetadata Metadata, long At);
}
