using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Sealing;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Sessions.Sealing;

public sealed class RealmKeyRotationTests : IDisposable
{
    private const string Host = "app.example.com";
    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Life = TimeSpan.FromHours(12);

    // Arrivals are the files' own times, which no fake clock turns: what is under test begins now.
    private readonly FakeClock _clock = new(DateTimeOffset.UtcNow);
    private readonly string _parent = Directory.CreateTempSubdirectory("authproxy-rotation-").FullName;
    private readonly RealmKeyFolder _folder;
    private readonly RealmKeyRotation _rotation;

    public RealmKeyRotationTests()
    {
        _folder = new RealmKeyFolder(Path.Combine(_parent, "realm"));
        _rotation = new RealmKeyRotation(_folder, _clock, Wait, Life);
    }

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    public void New_version_seals_only_when_every_replica_must_have_it()
    {
        Assert.IsType<RealmKeyStep.Added>(_rotation.Rotate());
        Assert.Equal(2u, Assert.IsType<RealmKeyStep.Added>(_rotation.Rotate()).Version);
        Assert.Equal(1u, _folder.Read("bank")!.Current.Version);

        Assert.IsType<RealmKeyStep.TooEarly>(_rotation.Rotate());
        Assert.Equal(1u, _folder.Read("bank")!.Current.Version);

        _clock.Advance(Wait + TimeSpan.FromSeconds(5));
        Assert.Equal(2u, Assert.IsType<RealmKeyStep.Activated>(_rotation.Rotate()).Version);
        Assert.Equal(2u, _folder.Read("bank")!.Current.Version);
    }

    [Fact]
    public void Old_version_stays_for_as_long_as_a_session_may_live()
    {
        RotateOnce();
        Assert.Empty(_rotation.Prune());
        _clock.Advance(Life + Wait - TimeSpan.FromSeconds(1));
        Assert.Empty(_rotation.Prune());

        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal([1u], _rotation.Prune());
        Assert.Equal([2u], _folder.Read("bank")!.All.Select(key => key.Version));
    }

    [Fact]
    public void Every_version_says_what_it_is_for()
    {
        RotateOnce();
        _rotation.Rotate();

        Assert.Collection(
            _rotation.Standings(),
            one => Assert.Equal(1u, Assert.IsType<RealmKeyStanding.Opens>(one).Version),
            two => Assert.Equal(2u, Assert.IsType<RealmKeyStanding.Seals>(two).Version),
            three => Assert.Equal(3u, Assert.IsType<RealmKeyStanding.Waits>(three).Version));
    }

    [Fact]
    public void Folder_without_a_key_gets_its_first_and_it_seals()
    {
        Assert.Empty(_rotation.Standings());

        Assert.Null(Assert.IsType<RealmKeyStep.Added>(_rotation.Rotate()).ReadyAt);

        Assert.IsType<RealmKeyStanding.Seals>(Assert.Single(_rotation.Standings()));
    }

    [Fact]
    public async Task Replicas_that_see_each_step_at_different_times_log_nobody_out()
    {
        _rotation.Rotate();
        var store = new StoreDouble(new Proxy.Sessions.Memory.MemorySessionStore());
        Replica[] replicas = [new(this, store), new(this, store), new(this, store)];
        var cookies = new List<CookieSecret>();

        // Each step reaches the first replica at once, the second with the next step only, the third a step later still.
        for (var round = 0; round < 4; round++)
        {
            _rotation.Rotate();
            foreach (var replica in replicas)
            {
                replica.Keys.Reload();
                cookies.Add((await replica.Sessions.BeginAsync(Some.Login(), Host, default)).Cookie);
                await EverybodyIsIn(replicas, cookies);
            }

            _clock.Advance(Wait + TimeSpan.FromSeconds(5));
            await EverybodyIsIn(replicas, cookies);
        }

        Assert.Equal(3u, _folder.Read("bank")!.Current.Version);
    }

    [Fact]
    public async Task Session_that_is_never_idle_outlives_the_key_that_it_began_under()
    {
        _rotation.Rotate();
        var store = new StoreDouble(new Proxy.Sessions.Memory.MemorySessionStore());
        var replica = new Replica(this, store);
        var (_, cookie) = await replica.Sessions.BeginAsync(Some.Login(), Host, default);
        RotateOnce();
        replica.Keys.Reload();
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.IsType<SessionLookup.Live>(await replica.Sessions.FindAsync(cookie, Host, default));

        _folder.Remove(1);
        replica.Keys.Reload();
        _clock.Advance(TimeSpan.FromMinutes(10));

        Assert.IsType<SessionLookup.Live>(await replica.Sessions.FindAsync(cookie, Host, default));
    }

    private static async Task EverybodyIsIn(Replica[] replicas, List<CookieSecret> cookies)
    {
        foreach (var replica in replicas)
        {
            foreach (var cookie in cookies)
            {
                Assert.IsType<SessionLookup.Live>(await replica.Sessions.FindAsync(cookie, Host, default));
            }
        }
    }

    private void RotateOnce()
    {
        while (_rotation.Rotate() is not RealmKeyStep.Activated)
        {
            _clock.Advance(Wait + TimeSpan.FromSeconds(5));
        }
    }

    private sealed class Replica
    {
        public Replica(RealmKeyRotationTests test, StoreDouble store)
        {
            Keys = RealmKeys.Load(test._folder.Path, "bank", generate: false, test._clock);
            Sessions = Some.Sessions(test._clock, store, Keys);
        }

        public RealmKeys Keys { get; }

        public LiveSessions Sessions { get; }
    }
}
