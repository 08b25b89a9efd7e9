namespace AuthProxy.Jose;

/// <summary>How a <see cref="JwksCache"/> treats age, unknown keys and failures.</summary>
public sealed record JwksCacheOptions
{
    /// <summary>How long a key set is fresh; then it is fetched again behind the callers' backs. Default 10 min.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How old a key set may be and still be used while it cannot be fetched. Default 24 h.</summary>
    public TimeSpan StaleLimit { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The shortest time between two fetches that tokens with an unknown key may cause. Default 10 s.</summary>
    public TimeSpan UnknownKeyInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait after a first failure; it doubles with each further one. Default 1 s.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait after failures. Default 1 min.</summary>
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long one fetch may take. Default 10 s.</summary>
    public TimeSpan FetchTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether keys of type <c>oct</c> count; only for a file that is a secret itself. Default false.</summary>
    public bool AcceptSecrets { get; init; }

    /// <summary>Told of each fetch, for logs, metrics and dropping what was verified with keys that are gone. Must not throw or wait.</summary>
    public Action<KeySetRefresh>? Observer { get; init; }
}
