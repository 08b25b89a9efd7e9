using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.News;
using AuthProxy.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace AuthProxy.Proxy.Tests.Sessions.News;

/// <summary>What holds whatever becomes of messages and replicas.</summary>
public class NewsProperties
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    [Fact]
    public void No_copy_is_served_longer_than_a_second_after_an_end_elsewhere() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => new BadDay(seed).LastsAtMost(Bound)).Check(Bounded);

    // Otherwise the property above would hold for a cache that never serves anything.
    [Fact]
    public void Copies_are_served_even_on_bad_days()
    {
        var days = Enumerable.Range(0, 10).Select(seed => new BadDay(seed)).ToList();

        Assert.All(days, day => Assert.True(day.LastsAtMost(Bound)));
        Assert.InRange((double)days.Sum(day => day.Served) / days.Sum(day => day.Asked), 0.25, double.MaxValue);
    }

    private static Config Bounded => Config.QuickThrowOnFailure.WithMaxTest(60).WithQuietOnSuccess(true);

    /// <summary>
    /// One replica that serves sessions, others that end them, and a channel that loses, repeats and reorders messages, while replicas are
    /// cut off, stand still, die and start. Half a minute in steps of ten milliseconds.
    /// </summary>
    private sealed class BadDay
    {
        private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

        private readonly FakeClock _clock = new();
        private readonly Random _chance;
        private readonly Broker _broker;
        private readonly Replica _watched;
        private readonly Replica?[] _others = new Replica?[2];
        private readonly TestedSession[] _sessions = [.. Enumerable.Range(0, 4).Select(_ => new TestedSession())];
        private readonly List<Action> _reading = [];

        public BadDay(int seed)
        {
            _chance = new Random(seed);
            _broker = new Broker(_clock, _chance);
            _watched = new Replica(_clock, _broker);
        }

        public int Served { get; private set; }

        public int Asked { get; private set; }

        public bool LastsAtMost(TimeSpan bound)
        {
            for (var steps = 0; steps < 3000; steps++)
            {
                _clock.Advance(Step);
                _broker.Deliver();
                Meddle(_watched.Line);
                if (steps % 20 == _chance.Next(3))
                {
                    Beat(_watched);
                }

                LetOthersLive(steps);
                if (_sessions.Any(session => !Request(session, bound)))
                {
                    return false;
                }
            }

            return true;
        }

        private void LetOthersLive(int steps)
        {
            for (var at = 0; at < _others.Length; at++)
            {
                // Dies without a word, and another starts in its place.
                if (_others[at] is null ? Rarely(100) : Rarely(2000))
                {
                    _others[at] = _others[at] is null ? new Replica(_clock, _broker) : null;
                }

                if (_others[at] is { } other)
                {
                    Meddle(other.Line);
                    if (steps % 20 == 5 * at)
                    {
                        Beat(other);
                    }

                    if (Rarely(150))
                    {
                        End(other, _sessions[_chance.Next(_sessions.Length)]);
                    }
                }
            }
        }

        private void Meddle(Broker.Line line)
        {
            line.IsCut = line.IsCut ? !Rarely(80) : Rarely(1500);
            line.IsStalled = line.IsStalled ? !Rarely(80) : Rarely(1500);
            line.IsWithoutRoll = line.IsWithoutRoll ? !Rarely(80) : Rarely(1500);
        }

        private bool Rarely(int onceIn) => _chance.Next(onceIn) == 0;

        // The store first, then the others; the caller learns of it when both have been tried.
        private void End(Replica by, TestedSession session)
        {
            session.IsGone = true;
            if (by.Exchange.PublishAsync(new SessionNews.Ended(session.Sid, _clock.GetUtcNow()), default).AsTask().GetAwaiter().GetResult())
            {
                session.EndedAt ??= _clock.GetTimestamp();
            }
        }

        private bool Request(TestedSession session, TimeSpan bound)
        {
            if (_watched.Opened.Find(session.Key, Some.Host) is not null)
            {
                Served++;
                return session.EndedAt is not { } ended || _clock.GetElapsedTime(ended) <= bound;
            }

            if (!session.IsGone)
            {
                Asked++;
                Read(session);
            }
            else if (Rarely(300))
            {
                // Somebody logs in.
                session.BeginAnew();
            }

            return true;
        }

        // The store answers now; the answer arrives a few steps later, after whatever happens until then.
        private void Read(TestedSession session)
        {
            var before = _watched.Opened.BeforeReading();
            var (key, sid) = (session.Key, session.Sid);
            _reading.Add(() => _watched.Opened.Keep(key, Some.Host, Some.Session(sid, _clock), 100, _clock.GetUtcNow().AddHours(1), TimeSpan.FromMinutes(1), before));
            if (_reading.Count > _chance.Next(4))
            {
                _reading.ForEach(arrive => arrive());
                _reading.Clear();
            }
        }

        private static void Beat(Replica replica) => replica.BeatAsync().GetAwaiter().GetResult();
    }

    private sealed class TestedSession
    {
        public StoreKey Key { get; private set; }

        public string Sid { get; private set; } = "";

        /// <summary>What the store says.</summary>
        public bool IsGone { get; set; }

        /// <summary>When somebody was told that it has ended.</summary>
        public long? EndedAt { get; set; }

        public TestedSession() => BeginAnew();

        public void BeginAnew() => (Key, Sid, IsGone, EndedAt) = (Some.StoreKey(), Session.NewSid(), false, null);
    }
}
