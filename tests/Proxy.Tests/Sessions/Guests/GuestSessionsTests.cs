using System.Net;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Guests;
using AuthProxy.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Sessions.Guests;

public class GuestSessionsTests
{
    private const string Host = "app.example.com";
    private const string Proxy = "https://proxy.example.com";
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");

    private readonly FakeClock _clock = new();
    private readonly LiveSessions _sessions;
    private readonly TokenizerDouble _tokenizer = new();

    public GuestSessionsTests() => _sessions = Some.Sessions(_clock);

    [Fact]
    public async Task Guest_is_nobody_that_a_provider_knows_and_no_two_are_one()
    {
        var (first, _) = await BegunAsync(Guests());
        var (second, _) = await BegunAsync(Guests());

        Assert.Equal(Proxy, first.Issuer);
        Assert.StartsWith("guest-", first.SubjectId, StringComparison.Ordinal);
        Assert.NotEqual(first.SubjectId, second.SubjectId);
        Assert.NotEqual(first.Sid, second.Sid);
        Assert.True(first.Subject.Session!.IsGuest);
    }

    [Fact]
    public async Task Guests_cookie_opens_a_guests_session_and_no_login()
    {
        var (session, cookie) = await BegunAsync(Guests());

        var found = Assert.IsType<SessionLookup.Guest>(await _sessions.FindAsync(cookie, Host, default));
        var again = Assert.IsType<SessionLookup.Guest>(await _sessions.FindAsync(cookie, Host, default));

        Assert.Equal((session.Sid, session.SubjectId, true), (found.Session.Sid, found.Session.SubjectId, found.Session.IsGuest));
        Assert.True(again.Session.IsGuest);
    }

    [Fact]
    public async Task Guest_is_over_after_half_an_hour_however_busy()
    {
        var (_, cookie) = await BegunAsync(Guests());
        for (var minutes = 0; minutes < 29; minutes++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            Assert.IsType<SessionLookup.Guest>(await _sessions.FindAsync(cookie, Host, default));
        }

        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.IsType<SessionLookup.None>(await _sessions.FindAsync(cookie, Host, default));
    }

    [Fact]
    public async Task Flood_of_guests_from_one_address_is_stopped_and_hurts_no_other()
    {
        var guests = Guests();
        for (var i = 0; i < 30; i++)
        {
            await BegunAsync(guests);
        }

        Assert.IsType<GuestOutcome.TooMany>(await guests.BeginAsync(Client, Host, default));
        Assert.IsType<GuestOutcome.Begun>(await guests.BeginAsync(IPAddress.Parse("192.0.2.2"), Host, default));

        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.IsType<GuestOutcome.Begun>(await guests.BeginAsync(Client, Host, default));
    }

    [Fact]
    public async Task Flood_from_one_IPv6_network_is_one_callers()
    {
        var guests = Guests();
        for (var i = 0; i < 30; i++)
        {
            await guests.BeginAsync(IPAddress.Parse($"2001:db8::{i:x}"), Host, default);
        }

        Assert.IsType<GuestOutcome.TooMany>(await guests.BeginAsync(IPAddress.Parse("2001:db8::ffff"), Host, default));
        Assert.IsType<GuestOutcome.Begun>(await guests.BeginAsync(IPAddress.Parse("2001:db8:1::1"), Host, default));
    }

    [Fact]
    public async Task Flood_from_everywhere_fills_the_store_up_to_a_bound_and_no_further()
    {
        var guests = Guests();
        var begun = 0;
        for (var i = 0; i < 3000; i++)
        {
            begun += await guests.BeginAsync(new IPAddress(0x0A000000 + i), Host, default) is GuestOutcome.Begun ? 1 : 0;
        }

        Assert.Equal(1200, begun);
    }

    [Fact]
    public async Task Adoption_is_told_with_both_sessions()
    {
        var (guest, _) = await BegunAsync(Guests());
        var (user, _) = await _sessions.BeginAsync(Some.Login(), Host, default);

        Assert.True(await Guests().AdoptAsync(guest, user, default));

        Assert.Equal((guest.Sid, user.Sid), Assert.Single(_tokenizer.Adopted));
    }

    [Fact]
    public async Task Tokenizer_that_cannot_be_asked_adopts_nothing()
    {
        _tokenizer.Answers = false;
        var (guest, _) = await BegunAsync(Guests());
        var (user, _) = await _sessions.BeginAsync(Some.Login(), Host, default);

        Assert.False(await Guests().AdoptAsync(guest, user, default));
    }

    [Fact]
    public async Task Nothing_is_told_where_adoption_is_switched_off_or_there_is_no_Tokenizer()
    {
        _tokenizer.Answers = false;
        var (guest, _) = await BegunAsync(Guests());
        var (user, _) = await _sessions.BeginAsync(Some.Login(), Host, default);

        Assert.True(await Guests(GuestSettings.Usual with { Adopt = false }).AdoptAsync(guest, user, default));
        Assert.True(await Guests(tokenizer: false).AdoptAsync(guest, user, default));
        Assert.Empty(_tokenizer.Adopted);
    }

    private static async Task<(Session, CookieSecret)> BegunAsync(GuestSessions guests) =>
        Assert.IsType<GuestOutcome.Begun>(await guests.BeginAsync(Client, Host, default)) is var begun ? (begun.Session, begun.Cookie) : default;

    private GuestSessions Guests(GuestSettings? settings = null, bool tokenizer = true) => new(
        _sessions, settings ?? GuestSettings.Usual, new GuestLimits(settings ?? GuestSettings.Usual, _clock), new GuestIssuer(Proxy), Some.Metrics(),
        NullLogger<GuestSessions>.Instance, tokenizer ? _tokenizer : null);

    private sealed class TokenizerDouble : ITokenizerGuests
    {
        public bool Answers { get; set; } = true;

        public List<(string Guest, string Sid)> Adopted { get; } = [];

        public ValueTask<bool> AdoptAsync(Session guest, Session session, CancellationToken cancellation)
        {
            if (Answers)
            {
                Adopted.Add((guest.Sid, session.Sid));
            }

            return new(Answers);
        }
    }
}
