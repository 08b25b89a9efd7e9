using System.Buffers.Binary;
using System.Net;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Limits.Rates;
using AuthProxy.Proxy.Remotes;
using AuthProxy.Proxy.Sessions.Sealing;
using AuthProxy.Rules.Policies;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>
/// How often strangers may have this Proxy ask a provider something: anybody can fetch a state of ours and bring it back with codes that they
/// made up, each of which costs the provider a request in our name.
/// </summary>
internal sealed class LoginLimits(OidcSettings settings, SessionSettings sessions, TimeProvider clock)
{
    /// <summary>A provider that had trouble may be asked again by loading the page again; who needs more tries begins anew.</summary>
    public const int TriesOfOneLogin = 5;

    private const string Use = "logins";

    private readonly BucketNames _names = new();
    private readonly BucketTable _addresses = new(settings.AttemptsPerAddress, clock);
    private readonly BucketTable _logins = new(new RateLimit(TriesOfOneLogin, sessions.PendingLogin, RateLimitBy.Rule, TriesOfOneLogin), clock);

    /// <summary>Null where the client may cause one more request to a provider; else what it may know of when.</summary>
    public RateLimitHeaders? Refuse(IPAddress client)
    {
        var verdict = _addresses.Take(_names.OfAddress(Use, client));
        return verdict.Allowed ? null : RateLimitHeaders.Of(settings.AttemptsPerAddress.Requests, verdict.Remaining, verdict.RetryAfter, verdict.Reset);
    }

    /// <summary>Whether one more code may be tried with a login's state. Its salt is ours and random: nobody chooses whose bucket it shares.</summary>
    public bool MayTry(Ticket login) => _logins.Take(BinaryPrimitives.ReadUInt64LittleEndian(login.Salt)).Allowed;
}
