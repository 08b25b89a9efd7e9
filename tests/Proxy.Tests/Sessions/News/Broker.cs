using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.News;

namespace AuthProxy.Proxy.Tests.Sessions.News;

/// <summary>
/// A channel between replicas of one test. In calm weather a message is heard before the call returns; in bad weather it is lost,
/// repeated, or heard in another order, whenever <see cref="Deliver"/> is called.
/// </summary>
internal sealed class Broker(TimeProvider clock, Random? weather = null)
{
    /// <summary>How far messages overtake each other.</summary>
    public static readonly TimeSpan LongestDetour = TimeSpan.FromMilliseconds(240);

    private readonly List<Line> _lines = [];
    private readonly List<(long Due, Line To, byte[] Message)> _underWay = [];
    private readonly Dictionary<PublisherId, DateTimeOffset> _roll = [];

    /// <summary>Every message that was ever sent, for who wants to send it again.</summary>
    public List<byte[]> Sent { get; } = [];

    public Line Connect()
    {
        var line = new Line(this);
        _lines.Add(line);
        return line;
    }

    /// <summary>Says something to everybody, as anyone with access to the broker may.</summary>
    public void Inject(byte[] message)
    {
        foreach (var line in _lines)
        {
            Take(line, message);
        }
    }

    public void Deliver()
    {
        var now = clock.GetTimestamp();
        foreach (var due in _underWay.Where(message => message.Due <= now && !message.To.IsStalled).OrderBy(message => message.Due).ToList())
        {
            _underWay.Remove(due);
            due.To.Hear(due.Message);
        }
    }

    private void Take(Line line, byte[] message)
    {
        if (weather is null && !line.IsStalled)
        {
            line.Hear(message);
            return;
        }

        for (var copies = weather?.Next(100) switch { 0 => 0, 1 => 2, _ => 1 }; copies > 0; copies--)
        {
            var detour = weather?.Next(4) == 0 ? weather.NextInt64(LongestDetour.Ticks) : 0;
            _underWay.Add((clock.GetTimestamp() + detour, line, message));
        }
    }

    /// <summary>One replica's connection.</summary>
    internal sealed class Line(Broker broker) : INewsChannel
    {
        private Action<byte[]>? _heard;

        public event Action? Interrupted;

        /// <summary>Neither sends nor hears; what is sent meanwhile is lost to it.</summary>
        public bool IsCut { get; set; }

        /// <summary>Hears nothing, and everything at once afterwards.</summary>
        public bool IsStalled { get; set; }

        /// <summary>The store, and with it the roll, does not answer.</summary>
        public bool IsWithoutRoll { get; set; }

        /// <summary>Connects anew.</summary>
        public void Interrupt() => Interrupted?.Invoke();

        public void Hear(byte[] message)
        {
            if (!IsCut)
            {
                _heard?.Invoke(message);
            }
        }

        public Task ListenAsync(Action<byte[]> heard, CancellationToken cancellation)
        {
            ThrowIf(IsCut);
            _heard = heard;
            return Task.CompletedTask;
        }

        public Task SendAsync(byte[] message, CancellationToken cancellation)
        {
            ThrowIf(IsCut);
            broker.Sent.Add(message);
            broker.Inject(message);
            return Task.CompletedTask;
        }

        public Task<IReadOnlyCollection<PublisherId>> CallRollAsync(PublisherId own, CancellationToken cancellation)
        {
            ThrowIf(IsCut || IsWithoutRoll);
            broker._roll[own] = broker.Now;
            foreach (var gone in broker._roll.Where(entry => broker.Now - entry.Value > NewsTimes.OnRoll).ToList())
            {
                broker._roll.Remove(gone.Key);
            }

            return Task.FromResult<IReadOnlyCollection<PublisherId>>([.. broker._roll.Keys]);
        }

        public Task LeaveRollAsync(PublisherId own, CancellationToken cancellation)
        {
            ThrowIf(IsCut || IsWithoutRoll);
            broker._roll.Remove(own);
            return Task.CompletedTask;
        }

        private static void ThrowIf(bool broken)
        {
            if (broken)
            {
                throw new SessionStoreException("told to fail");
            }
        }
    }

    private DateTimeOffset Now => clock.GetUtcNow();
}
