using AuthProxy.Proxy.Sessions.News;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Sessions.News;

public class NewsSealerTests
{
    private static readonly FakeClock Clock = new();

    private readonly NewsSealer _sealer = new(Some.Keys(Clock));

    public static TheoryData<string> Messages => [.. Samples.Keys];

    private static Dictionary<string, NewsMessage> Samples { get; } = new()
    {
        ["heartbeat"] = Message(NewsMessageKind.Heartbeat),
        ["goodbye"] = Message(NewsMessageKind.Goodbye),
        ["ended"] = Message(NewsMessageKind.Ended, new SessionNews.Ended("q0r4_lS-d", Clock.GetUtcNow())),
        ["longest"] = Message(NewsMessageKind.Ended, new SessionNews.Ended(new string('x', 128), Clock.GetUtcNow())),
        ["changed"] = Message(NewsMessageKind.Changed, new SessionNews.Changed("s")),
        ["not before"] = Message(NewsMessageKind.NotBefore, new SessionNews.NotBefore()),
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void What_was_said_is_what_is_read(string name)
    {
        var bytes = _sealer.Seal(Samples[name]);

        Assert.InRange(bytes.Length, 1, NewsSealer.MaximumLength);
        Assert.Equal(Samples[name], Assert.IsType<NewsReading.Ours>(_sealer.Read(bytes)).Message);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Every_changed_byte_is_noticed(string name)
    {
        var bytes = _sealer.Seal(Samples[name]);
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= 0x01;
            Assert.IsType<NewsReading.NotOurs>(_sealer.Read(bytes));
            bytes[at] ^= 0x01;
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Message_of_another_length_is_nobodys(string name)
    {
        var bytes = _sealer.Seal(Samples[name]);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.IsType<NewsReading.NotOurs>(_sealer.Read(bytes.AsSpan(0, length)));
        }

        Assert.IsType<NewsReading.NotOurs>(_sealer.Read([.. bytes, 0]));
        Assert.Equal(NewsReading.NotOurs.Malformed, _sealer.Read(new byte[NewsSealer.MaximumLength + 1]));
    }

    [Fact]
    public void Message_of_another_realm_or_another_key_is_forged()
    {
        var bytes = _sealer.Seal(Samples["ended"]);

        Assert.Equal(NewsReading.NotOurs.Forged, new NewsSealer(Some.Keys(Clock, realm: "shop")).Read(bytes));
        Assert.Equal(NewsReading.NotOurs.Forged, new NewsSealer(Some.Keys(Clock, "bank", (1, Some.Bytes(2)))).Read(bytes));
        Assert.Equal(NewsReading.NotOurs.UnknownKey, new NewsSealer(Some.Keys(Clock, "bank", (2, Some.Bytes(2)))).Read(bytes));
    }

    [Fact]
    public void Rotation_of_the_realm_key_silences_nobody()
    {
        var rotated = new NewsSealer(Some.Keys(Clock, "bank", (1, Some.Bytes(1)), (2, Some.Bytes(2))));

        Assert.IsType<NewsReading.Ours>(rotated.Read(_sealer.Seal(Samples["ended"])));
        Assert.IsType<NewsReading.Ours>(new NewsSealer(Some.Keys(Clock, "bank", (2, Some.Bytes(2)))).Read(rotated.Seal(Samples["ended"])));
    }

    private static NewsMessage Message(NewsMessageKind kind, SessionNews? news = null) => new(PublisherId.New(), 7, 123, kind, news);
}
