using System.Globalization;
using AuthProxy.TestKit;

namespace AuthProxy.Jose.Tests;

public class JwtTimesTests
{
    private static readonly JwtPolicy Policy = new() { Algorithms = JwtAlgorithms.Asymmetric };

    private readonly FakeClock _clock = new();

    [Fact]
    public async Task Token_ends_with_its_exp_and_the_skew()
    {
        var token = Tokens.SignRaw($$"""{"exp":{{Tokens.Seconds(_clock, 60)}}}""");
        _clock.Advance(TimeSpan.FromSeconds(60) + Policy.ClockSkew - TimeSpan.FromMilliseconds(1));
        Assert.IsType<JwtOutcome.Verified>(await Tokens.Verify(token, _clock, Policy));

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(JwtFault.Expired, await Tokens.Fault(token, _clock, Policy));
    }

    [Fact]
    public async Task Token_without_exp_is_refused_unless_the_policy_does_not_ask_for_it()
    {
        var token = Tokens.SignRaw("{}");
        Assert.Equal(JwtFault.ClaimMissing, await Tokens.Fault(token, _clock, Policy));
        Assert.IsType<JwtOutcome.Verified>(await Tokens.Verify(token, _clock, Policy with { RequireExpiry = false }));
    }

    [Fact]
    public async Task Exp_counts_where_it_is_not_required_too() =>
        Assert.Equal(JwtFault.Expired, await Tokens.Fault(Tokens.SignRaw("""{"exp":1}"""), _clock, Policy with { RequireExpiry = false }));

    [Theory]
    [InlineData("nbf", JwtFault.NotYetValid), InlineData("iat", JwtFault.IssuedInFuture)]
    public async Task Token_begins_with_nbf_and_iat_less_the_skew(string claim, JwtFault fault)
    {
        var token = Tokens.SignRaw($$"""{"exp":{{Tokens.Seconds(_clock, 600)}},"{{claim}}":{{Tokens.Seconds(_clock, 31)}}}""");
        Assert.Equal(fault, await Tokens.Fault(token, _clock, Policy));

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<JwtOutcome.Verified>(await Tokens.Verify(token, _clock, Policy));
    }

    [Theory]
    [InlineData("\"1900000000\""), InlineData("-1"), InlineData("-0.5"), InlineData("1e400"), InlineData("-1e400"), InlineData("99999999999999999999999")]
    [InlineData("253402300800"), InlineData("true"), InlineData("null"), InlineData("{}"), InlineData("[1]"), InlineData("\"\"")]
    public async Task Time_that_no_calendar_has_is_refused(string time)
    {
        foreach (var claim in new[] { "exp", "nbf", "iat" })
        {
            Assert.Equal(JwtFault.ClaimInvalid, await Tokens.Fault(Tokens.SignRaw($$"""{"{{claim}}":{{time}}}"""), _clock, Policy with { RequireExpiry = false }));
        }
    }

    [Fact]
    public async Task Last_second_of_the_calendar_is_a_time()
    {
        var outcome = await Tokens.Verify(Tokens.SignRaw("""{"exp":253402300799}"""), _clock, Policy);
        Assert.Equal(9999, Assert.IsType<JwtOutcome.Verified>(outcome).Jwt.ExpiresAt?.Year);
    }

    [Fact]
    public async Task Fractions_of_a_second_count()
    {
        var exp = (Tokens.Seconds(_clock, 60) + 0.5m).ToString(CultureInfo.InvariantCulture);
        var policy = Policy with { ClockSkew = TimeSpan.Zero };
        _clock.Advance(TimeSpan.FromSeconds(60.4));
        Assert.IsType<JwtOutcome.Verified>(await Tokens.Verify(Tokens.SignRaw($$"""{"exp":{{exp}}}"""), _clock, policy));

        _clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(JwtFault.Expired, await Tokens.Fault(Tokens.SignRaw($$"""{"exp":{{exp}}}"""), _clock, policy));
    }

    [Fact]
    public async Task Exponent_notation_is_a_number()
    {
        var outcome = await Tokens.Verify(Tokens.SignRaw("""{"exp":2.5e11}"""), _clock, Policy);
        Assert.Equal(250000000000, Assert.IsType<JwtOutcome.Verified>(outcome).Jwt.ExpiresAt?.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Lifetime_is_limited_from_iat_to_exp()
    {
        var policy = Policy with { MaximumLifetime = TimeSpan.FromSeconds(60) };
        string Token(int life) => Tokens.SignRaw($$"""{"iat":{{Tokens.Seconds(_clock, 0)}},"exp":{{Tokens.Seconds(_clock, life)}}}""");

        Assert.IsType<JwtOutcome.Verified>(await Tokens.Verify(Token(60), _clock, policy));
        Assert.Equal(JwtFault.LifetimeTooLong, await Tokens.Fault(Token(61), _clock, policy));
        Assert.Equal(JwtFault.ClaimMissing, await Tokens.Fault(Tokens.SignRaw($$"""{"exp":{{Tokens.Seconds(_clock, 9)}}}"""), _clock, policy));
    }
}
