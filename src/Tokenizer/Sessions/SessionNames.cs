using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Sessions;

/// <summary>A session that somebody named.</summary>
/// <param name="Session">The session's hash: trust anchor and id.</param>
/// <param name="Stated">The session as the one who may vouch for it states it; null where it must be known already.</param>
internal sealed record NamedSession(byte[] Session, SessionRecord? Stated);

/// <summary>
/// What callers call a session, as the hash that it is kept under. An id alone is nobody's session: a realm's is another than one of the same id
/// that an application owns, and so is that of another of its providers.
/// </summary>
internal sealed class SessionNames(KeyRing ring, RealmName realm, IReadOnlyList<TrustSettings> trust, TimeProvider clock)
{
    public byte[] OfRealm(string sid) => ring.LookupKeys.OfSession(realm.Value, sid);

    public NamedSession OfRealm(StatedSession session) => new(OfRealm(session.Sid), session.ToRecord(ring.LookupKeys, realm.Value));

    /// <summary>
    /// A session of an application that owns its sessions, as its backend names it: the id, <c>authProvider</c> where there are several, and
    /// <c>userId</c>, by which the application vouches that the session lives although no browser has shown it here yet, unless that is required.
    /// </summary>
    public Outcome<NamedSession> OfApplication(ApplicationSettings application, LoginSettings login, string sid, JsonBody body)
    {
        if (!body.TryText("authProvider", out var name) || !body.TryText("userId", out var user) || (user is not null && !StatedSession.IsId(user)))
        {
            return new Refused(TokenizerRefusals.BodyInvalid, "authProvider or userId is malformed");
        }

        return OfApplication(application, login, sid, name, user);
    }

    /// <param name="application">Whose session it is.</param>
    /// <param name="login">How it signs users in.</param>
    /// <param name="sid">The session's id.</param>
    /// <param name="name">The provider's name; null for the default one.</param>
    /// <param name="user">The user that the application vouches for; null where it vouches for nobody.</param>
    public Outcome<NamedSession> OfApplication(ApplicationSettings application, LoginSettings login, string sid, string? name, string? user)
    {
        if (login.Provider(name) is not { } provider)
        {
            return new Refused(TokenizerRefusals.ProviderUnknown, $"application {application.Name} has no provider of that name");
        }

        var issuer = trust.Single(entry => entry.Name == provider.Trust);
        var session = ring.LookupKeys.OfSession(application.Name, issuer.Issuer, sid);

        // The node-sdk's users are their sessions, and its applications grant before the browser has shown one.
        var subject = issuer.Form == TokenForm.NodeSdk ? sid : user;
        return new NamedSession(session, subject is null || login.RequireLiveSession ? null : new SessionRecord(
            session, ring.LookupKeys.OfSubject(issuer.Issuer, subject).Hash, clock.NowMilliseconds() + (long)login.SessionLife.TotalMilliseconds));
    }
}
