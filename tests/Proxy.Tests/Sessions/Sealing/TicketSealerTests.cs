using AuthProxy.Proxy.Sessions.Sealing;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Sessions.Sealing;

public class TicketSealerTests
{
    private readonly FakeClock _clock = new();
    private readonly TicketSealer _sealer;

    public TicketSealerTests() => _sealer = new TicketSealer(Some.Keys(_clock), _clock);

    [Fact]
    public void What_was_sealed_opens_as_it_was()
    {
        var (text, sealedTicket) = _sealer.Seal("test", TimeSpan.FromMinutes(1), "", "ü 1", "https://x.example.com/?a=b");

        var opened = _sealer.Open("test", text);

        Assert.NotNull(opened);
        Assert.Equal(["", "ü 1", "https://x.example.com/?a=b"], opened.Fields);
        Assert.Equal((sealedTicket.IssuedAt, sealedTicket.ExpiresAt, sealedTicket.Mark), (opened.IssuedAt, opened.ExpiresAt, opened.Mark));
        Assert.Equal(_sealer.DeriveSecret(sealedTicket, "use", [1]), _sealer.DeriveSecret(opened, "use", [1]));
    }

    [Fact]
    public void Expired_ticket_opens_and_says_so()
    {
        var (text, _) = _sealer.Seal("test", TimeSpan.FromMinutes(1));
        _clock.Advance(TimeSpan.FromHours(1));

        Assert.True(_sealer.Open("test", text)!.ExpiresAt < _clock.GetUtcNow());
    }

    [Fact]
    public void Ticket_opens_for_its_purpose_and_realm_only()
    {
        var (text, _) = _sealer.Seal("test", TimeSpan.FromMinutes(1));

        Assert.Null(_sealer.Open("other", text));
        Assert.Null(new TicketSealer(Some.Keys(_clock, realm: "shop"), _clock).Open("test", text));
        Assert.Null(new TicketSealer(Some.Keys(_clock, "bank", (1, Some.Bytes(2))), _clock).Open("test", text));
    }

    [Fact]
    public void Ticket_of_an_older_key_opens_while_that_key_stays()
    {
        var (text, _) = _sealer.Seal("test", TimeSpan.FromMinutes(1), "x");

        Assert.NotNull(new TicketSealer(Some.Keys(_clock, "bank", (1, Some.Bytes(1)), (2, Some.Bytes(2))), _clock).Open("test", text));
        Assert.Null(new TicketSealer(Some.Keys(_clock, "bank", (2, Some.Bytes(2))), _clock).Open("test", text));
    }

    [Fact]
    public void Secrets_differ_by_ticket_use_and_owner()
    {
        var (_, first) = _sealer.Seal("test", TimeSpan.FromMinutes(1));
        var (_, second) = _sealer.Seal("test", TimeSpan.FromMinutes(1));

        byte[][] secrets =
        [
            _sealer.DeriveSecret(first, "a", [1]), _sealer.DeriveSecret(first, "b", [1]), _sealer.DeriveSecret(first, "a", [2]), _sealer.DeriveSecret(second, "a", [1]),
        ];

        Assert.Equal(4, secrets.Select(Convert.ToHexString).Distinct().Count());
    }

    [Theory]
    [InlineData(""), InlineData("AQ"), InlineData("====="), InlineData("a b"), InlineData("ü")]
    [InlineData("AQAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_ticket_opens_as_none(string text) => Assert.Null(_sealer.Open("test", text));

    [Fact]
    public void Every_changed_or_missing_character_is_noticed()
    {
        var (text, _) = _sealer.Seal("test", TimeSpan.FromMinutes(1), "field");
        for (var at = 0; at < text.Length - 1; at++)
        {
            Assert.Null(_sealer.Open("test", text[..at] + (text[at] == 'A' ? 'B' : 'A') + text[(at + 1)..]));
            Assert.Null(_sealer.Open("test", text[..at]));
        }
    }
}
