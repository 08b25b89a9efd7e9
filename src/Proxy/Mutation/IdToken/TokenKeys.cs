using AuthProxy.Hosting.Watching;
using AuthProxy.Jose;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Mutation.IdToken;

/// <summary>
/// The keys at one address that sign ID tokens, and never assertions. A file is watched, an address asked again when its keys are old; whatever
/// goes wrong there, the last good keys stay.
/// </summary>
internal sealed class TokenKeys : IDisposable
{
    private const string FileScheme = "file://";

    private static readonly RemotePolicy Policy = new(TimeSpan.FromSeconds(5)) { LongestAnswer = JsonWebKeySet.MaxBytes };

    // How long a failed question is not asked again.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly string _address;
    private readonly TimeSpan _lifetime;
    private readonly SigningKeyRing _assertionKeys;
    private readonly IRemoteCaller _caller;
    private readonly ILogger _logger;
    private readonly AnswerCache<KeyFetch> _fetches;
    private readonly WatchedFile? _file;
    private volatile SigningKeySet? _current;
    private volatile string _fault = "the keys were not fetched yet";

    public TokenKeys(string address, TimeSpan lifetime, SigningKeyRing assertionKeys, IRemoteCaller caller, TimeProvider time, ILogger logger)
    {
        (_address, _lifetime, _assertionKeys, _caller, _logger) = (address, lifetime, assertionKeys, caller, logger);
        _fetches = new AnswerCache<KeyFetch>(time, 1);
        if (PathOf(address) is { } path)
        {
            // Watched before it is read: a change in between is then seen as one.
            _file = new WatchedFile(path, time, logger);
            _file.Changed += ReadFile;
            ReadFile();
        }
    }

    /// <summary>Why there are no newer keys.</summary>
    public string Fault => _fault;

    /// <summary>Whether it is known at load whether there are keys.</summary>
    public bool IsFile => _file is not null;

    /// <summary>The keys of a file, or those that were fetched last.</summary>
    public SigningKeySet? Known => _current;

    /// <summary>The path behind <c>file://</c>, relative ones too; null for other addresses.</summary>
    public static string? PathOf(string address) => address.StartsWith(FileScheme, StringComparison.OrdinalIgnoreCase) ? address[FileScheme.Length..] : null;

    /// <summary>The keys; null where there are none, and <see cref="Fault"/> says why.</summary>
    public async ValueTask<SigningKeySet?> CurrentAsync(CancellationToken cancellation)
    {
        if (IsFile)
        {
            return _current;
        }

        // Nobody waits for newer keys while there are some.
        var known = _current;
        var fetch = _fetches.GetAsync(AnswerKey.Of(_address), () => FetchAsync(CancellationToken.None), fetch => fetch.Succeeded ? _lifetime : Pause, known is null ? cancellation : CancellationToken.None).AsTask();
        if (known is null)
        {
            await fetch;
        }

        return _current;
    }

    public void Dispose() => _file?.Dispose();

    private async ValueTask<KeyFetch> FetchAsync(CancellationToken cancellation) => await _caller.AskAsync(new RemoteRequest(HttpMethod.Get, new Uri(_address)), Policy, cancellation) switch
    {
        RemoteOutcome.Answered { Status: 200 } answered => Take(answered.Body.Span),
        RemoteOutcome.Answered other => Keep($"the answer has status {other.Status}"),
        RemoteOutcome.Unanswered unanswered => Keep(unanswered.Why),
        _ => Keep("the question had no outcome"),
    };

    private void ReadFile()
    {
        // A file this size is read in a moment, and rules wait for what is in it.
        switch (DocumentFetcher.FromFileAsync(PathOf(_address)!, CancellationToken.None).AsTask().GetAwaiter().GetResult())
        {
            case FetchOutcome.Fetched fetched:
                Take(fetched.Content.Span);
                break;
            case FetchOutcome.Failed failed:
                Keep(failed.Why);
                break;
        }
    }

    private KeyFetch Take(ReadOnlySpan<byte> document)
    {
        switch (SigningKeySet.Parse(document))
        {
            case SigningKeySetOutcome.Loaded { Set: { } set } when !SignsAssertions(set):
                if (_current?.Signing.KeyId != set.Signing.KeyId)
                {
                    _logger.TokenKeysTaken(_address, set.Signing.KeyId);
                }

                _current = set;
                return KeyFetch.Good;
            case SigningKeySetOutcome.Loaded:
                return Keep("the key signs assertions too, and an ID token must never be taken for one; give it a key of its own");
            case SigningKeySetOutcome.Faulty faulty:
                return Keep(faulty.Why);
            default:
                return Keep("the key set could not be read");
        }
    }

    // A kind of token that is told apart by its words alone is one mistake away from being taken for the other (RFC 8725, 2.8).
    private bool SignsAssertions(SigningKeySet set) =>
        set.Signing.Thumbprint is { } thumbprint && (thumbprint == _assertionKeys.Current.Thumbprint || thumbprint == _assertionKeys.Previous?.Thumbprint);

    private KeyFetch Keep(string why)
    {
        _fault = why;
        _logger.TokenKeysKept(_address, why);
        return KeyFetch.Bad;
    }

    private sealed record KeyFetch(bool Succeeded)
    {
        public static readonly KeyFetch Good = new(true);

        public static readonly KeyFetch Bad = new(false);
    }
}
