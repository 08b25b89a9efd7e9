namespace AuthProxy.Proxy.Sessions;

/// <summary>What the store knows openly of a session: enough to end it and to list it, not enough to learn whose it is.</summary>
/// <param name="Sid">The session's public id.</param>
/// <param name="Subject">Keyed hash of issuer and subject.</param>
/// <param name="ProviderSession">Keyed hash of issuer and the provider's session id, where there is one.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="EndsAt">When it ends at the latest.</param>
/// <param name="IdleUntil">When it ends unless it is used before.</param>
/// <param name="TouchedAt">When that was last put off.</param>
/// <param name="Record">All of this with its MAC, as stored.</param>
internal sealed record SessionIndex(
    string Sid,
    StoreKey Subject,
    StoreKey? ProviderSession,
    DateTimeOffset CreatedAt,
    DateTimeOffset EndsAt,
    DateTimeOffset IdleUntil,
    DateTimeOffset TouchedAt,
    byte[] Record)
{
    /// <summary>From when on the session is over without anybody having ended it.</summary>
    public DateTimeOffset GoneAfter => IdleUntil < EndsAt ? IdleUntil : EndsAt;
}
