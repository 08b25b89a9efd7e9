using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Policies;

namespace AuthProxy.Proxy.Configuration;

/// <summary>Sessions without a login, on rules that say <c>guest: true</c>.</summary>
/// <param name="Life">How long one lasts, used or not.</param>
/// <param name="PerAddress">How many may begin from one client address, or one /64 network in IPv6.</param>
/// <param name="PerProcess">How many may begin in this process: with <paramref name="Life"/> it bounds what strangers can put into the store.</param>
/// <param name="Adopt">Whether a login takes over what the guest holds.</param>
internal sealed record GuestSettings(TimeSpan Life, RateLimit PerAddress, RateLimit PerProcess, bool Adopt)
{
    private const int UsualPerAddress = 30;
    private const int UsualPerProcess = 1200;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static readonly GuestSettings Usual = new(TimeSpan.FromMinutes(30), PerMinute(UsualPerAddress, RateLimitBy.Address), PerMinute(UsualPerProcess, RateLimitBy.Rule), Adopt: true);

    public static readonly Schema<GuestSettings> Schema = Declare.Object<GuestSettings>("sessions.guests", "Sessions without a login, on rules that say guest: true.", o =>
    {
        var life = o.Duration("life", "How long a guest's session lasts, used or not.").Default("30m").AtLeast("1m").AtMost("24h");
        var perAddress = o.Integer("per_address", "How many may begin in a minute from one client address (IPv6: the /64); further ones are answered 429.")
            .Default(UsualPerAddress).AtLeast(1).AtMost(100_000);
        var perProcess = o.Integer("per_process", "How many may begin in a minute in this process; times life it bounds what strangers can put into the store.")
            .Default(UsualPerProcess).AtLeast(1).AtMost(1_000_000);
        var adopt = o.Boolean("adopt", "Whether a login takes over what the guest owns and holds at the Tokenizer.").Default(true);
        return read => new GuestSettings(
            read.Get(life), PerMinute(read.Get(perAddress), RateLimitBy.Address), PerMinute(read.Get(perProcess), RateLimitBy.Rule), read.Get(adopt));
    });

    private static RateLimit PerMinute(int requests, RateLimitBy by) => new(requests, Minute, by, requests);
}
