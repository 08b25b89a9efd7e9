namespace AuthProxy.Proxy.Sessions.News;

/// <summary>Tells this process and every other replica of the realm what has become of a session.</summary>
internal interface ISessionNews
{
    /// <summary>
    /// To be called once the store has it: a replica that hears of it, or notices that it missed something, asks the store. Here it has
    /// taken effect when the call returns. True where it takes effect everywhere within a second: what could not be sent leaves a gap in our
    /// numbers, which the others notice. False where they may not know that we are there; calling again may help.
    /// </summary>
    ValueTask<bool> PublishAsync(SessionNews news, CancellationToken cancellation);
}

/// <summary>
/// Acts on news, this process's own and that of others. Called one after the other, and others wait: whatever takes time, or publishes,
/// is begun here and done elsewhere.
/// </summary>
internal interface ISessionNewsHandler
{
    /// <summary>May hear the same twice.</summary>
    void Handle(SessionNews news);

    /// <summary>
    /// Something was missed, nobody knows what: what was read before must be read again, and what stays open must be checked against the store.
    /// </summary>
    void HandleGap();

    /// <summary>
    /// News cannot be relied on to arrive, now or (the sqlite store) ever: what stays open must be checked against the store. Called every
    /// second for as long as that is so.
    /// </summary>
    void HandleSilence() => HandleGap();
}
