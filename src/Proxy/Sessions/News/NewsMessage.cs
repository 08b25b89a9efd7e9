namespace AuthProxy.Proxy.Sessions.News;

/// <summary>What travels between replicas.</summary>
/// <param name="Publisher">Who sent it.</param>
/// <param name="Number">Its place in all that this publisher sent; the first is 1.</param>
/// <param name="SentAt">When, by the publisher's own clock: means something to the publisher alone.</param>
/// <param name="Kind">What it is.</param>
/// <param name="News">What it says, where it says anything.</param>
internal sealed record NewsMessage(PublisherId Publisher, long Number, long SentAt, NewsMessageKind Kind, SessionNews? News = null);

internal enum NewsMessageKind : byte
{
    /// <summary>The publisher is there and has nothing to say.</summary>
    Heartbeat = 1,

    /// <summary>The publisher stops, and has said everything that it had to say.</summary>
    Goodbye = 2,

    Ended = 3,
    Changed = 4,
    NotBefore = 5,
}

/// <summary>What a message on the channel is worth.</summary>
internal abstract record NewsReading
{
    private NewsReading()
    {
    }

    public sealed record Ours(NewsMessage Message) : NewsReading;

    /// <summary>Not made by this realm, or for another use, or changed on its way: told apart for the metric only.</summary>
    /// <param name="Why">A metric's label; one of a few fixed words.</param>
    public sealed record NotOurs(string Why) : NewsReading
    {
        public static readonly NotOurs Malformed = new("malformed");
        public static readonly NotOurs OtherFormat = new("other_format");
        public static readonly NotOurs UnknownKey = new("unknown_key");
        public static readonly NotOurs Forged = new("forged");
    }
}
