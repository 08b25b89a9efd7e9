namespace AuthProxy.Proxy.Sessions.News;

/// <summary>What the replicas of a realm tell each other: hints about what the store already says, never anything that it does not.</summary>
internal abstract record SessionNews
{
    private SessionNews()
    {
    }

    /// <summary>A session has ended. Whatever hangs on it ends too.</summary>
    /// <param name="Sid">The session's public id.</param>
    /// <param name="Until">How long its end must be remembered.</param>
    public sealed record Ended(string Sid, DateTimeOffset Until) : SessionNews;

    /// <summary>A session's record was replaced, by new tokens or a stronger login: what was read before is outdated.</summary>
    /// <param name="Sid">The session's public id.</param>
    public sealed record Changed(string Sid) : SessionNews;

    /// <summary>There are new not-before marks for bearers in the store's feed.</summary>
    public sealed record NotBefore : SessionNews;
}
