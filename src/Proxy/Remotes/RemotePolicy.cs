namespace AuthProxy.Proxy.Remotes;

/// <summary>How long and how often a service is asked.</summary>
/// <param name="Timeout">How long the whole question may take, all attempts and pauses together.</param>
internal sealed record RemotePolicy(TimeSpan Timeout)
{
    /// <summary>The most attempts; a further one is made after a lost connection, a 429 or a 5xx, while there is time.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>The longest pause between two attempts; pauses begin at 10 ms and double.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest answer that is read, in bytes.</summary>
    public int LongestAnswer { get; init; } = 1024 * 1024;
}
