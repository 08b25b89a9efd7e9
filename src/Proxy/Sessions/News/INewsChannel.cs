namespace AuthProxy.Proxy.Sessions.News;

/// <summary>
/// Carries messages between the replicas of a realm. It may lose, repeat and reorder them, and anybody may be speaking on it: what is
/// heard is checked by the listener. Where it does not work, its calls throw <see cref="SessionStoreException"/>.
/// </summary>
internal interface INewsChannel
{
    /// <summary>What was sent may not have been heard, or the store behind is another one that lacks the last writes.</summary>
    event Action? Interrupted;

    /// <summary>Hands on what is sent from now on, one message after the other, and comes back by itself after every loss.</summary>
    Task ListenAsync(Action<byte[]> heard, CancellationToken cancellation);

    /// <summary>Sends to all who listen, ourselves included. Messages go out in the order of the calls.</summary>
    Task SendAsync(byte[] message, CancellationToken cancellation);

    /// <summary>
    /// Keeps us on the roll of those who may be sending, for <see cref="NewsTimes.OnRoll"/>, and tells who is on it. The roll lies in the
    /// store, so that nobody can end a session there and be unknown here.
    /// </summary>
    Task<IReadOnlyCollection<PublisherId>> CallRollAsync(PublisherId own, CancellationToken cancellation);

    /// <summary>Takes us off the roll.</summary>
    Task LeaveRollAsync(PublisherId own, CancellationToken cancellation);
}

/// <summary>How often replicas show that they are there, and how long their last word counts.</summary>
internal static class NewsTimes
{
    /// <summary>Between two heartbeats.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// How long a publisher's last word counts. An end takes effect everywhere within a second: what is left of it is for messages that
    /// overtake each other on their way.
    /// </summary>
    public static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(750);

    /// <summary>How long one stays on the roll without having called it again: until then one is waited for.</summary>
    public static readonly TimeSpan OnRoll = TimeSpan.FromSeconds(15);

    /// <summary>How long whoever publishes waits for the channel's word before going on.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
}
