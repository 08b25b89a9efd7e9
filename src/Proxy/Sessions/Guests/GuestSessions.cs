using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Sessions.Guests;

/// <summary>
/// Sessions without a login. The subject is this Proxy's own word: its issuer is the one of assertions, which no provider and no trusted
/// bearer has, and its name is random, so that no two guests and no guest and user are ever the same.
/// </summary>
internal sealed class GuestSessions(
    LiveSessions sessions, GuestSettings settings, GuestLimits limits, GuestIssuer issuer, SessionMetrics metrics, ILogger<GuestSessions> log, ITokenizerGuests? tokenizer = null)
{
    /// <summary>What the name of every guest begins with; the Tokenizer knows them by it.</summary>
    public const string SubjectPrefix = "guest-";

    private const int NameBytes = 16;

    // For templates and requirements; the assertion says it by itself.
    private static readonly JsonElement Claims = JsonDocument.Parse("""{"guest":true}""").RootElement;

    /// <summary>Begins a session for a client of which nothing is known, unless too many came.</summary>
    public async ValueTask<GuestOutcome> BeginAsync(IPAddress client, string host, CancellationToken cancellation)
    {
        if (limits.Refuse(client) is { } headers)
        {
            return new GuestOutcome.TooMany(headers);
        }

        var name = SubjectPrefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NameBytes));
        var guest = new NewSession(issuer.Value, name, Claims, ProviderTokens.None, ProviderSid: null, AuthenticatedAt: null) { IsGuest = true, Life = settings.Life };
        var (session, cookie) = await sessions.BeginAsync(guest, host, cancellation);
        return new GuestOutcome.Begun(session, cookie);
    }

    /// <summary>
    /// Gives what a guest holds to the session of its login. False where the Tokenizer cannot be asked now: then neither session may be
    /// touched any further, and the login is to be tried again.
    /// </summary>
    public async ValueTask<bool> AdoptAsync(Session guest, Session session, CancellationToken cancellation)
    {
        if (!settings.Adopt || tokenizer is null)
        {
            return true;
        }

        var adopted = await tokenizer.AdoptAsync(guest, session, cancellation);
        metrics.GuestAdopted(adopted);
        if (adopted)
        {
            log.GuestAdopted(guest.Sid, session.Sid);
        }
        else
        {
            log.GuestNotAdopted(guest.Sid);
        }

        return adopted;
    }
}

/// <summary>Whose word a guest's subject is: the issuer of this Proxy's assertions.</summary>
internal sealed record GuestIssuer(string Value);

/// <summary>What became of a stranger who asked for a session.</summary>
internal abstract record GuestOutcome
{
    private GuestOutcome()
    {
    }

    public sealed record Begun(Session Session, CookieSecret Cookie) : GuestOutcome;

    public sealed record TooMany(RateLimitHeaders RateLimit) : GuestOutcome;
}
