using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Sessions.Ends.Bearers;

namespace AuthProxy.Proxy.Sessions.Ends;

/// <summary>What a provider or an operator ends: sessions here, and the bearers of the same logins with them.</summary>
internal sealed class SessionEnds(SessionTerminator sessions, BearerEnds bearers, TimeProvider clock)
{
    /// <summary>For a session of which nobody knows how long it would have lived: no setting allows longer.</summary>
    private static readonly TimeSpan LongestSession = TimeSpan.FromDays(30);

    /// <summary>
    /// Ends what came of one session at the provider; how many sessions that were. Where the subject is known too, sessions that name
    /// no session at the provider end as well: any of them may be the one.
    /// </summary>
    public async ValueTask<int> EndProviderSessionAsync(
        string issuer, string providerSid, string? subject, DateTimeOffset notBefore, SessionEndReason reason, CancellationToken cancellation)
    {
        // The marks first: a login that is under way either has its session found below, or finds the mark.
        await bearers.EndProviderSessionAsync(issuer, providerSid, notBefore, cancellation);
        if (subject is null)
        {
            return await sessions.EndAllOfProviderSessionAsync(issuer, providerSid, reason, cancellation);
        }

        await bearers.EndUnnamedAsync(issuer, subject, notBefore, cancellation);
        return await sessions.EndAllOfProviderSessionAsync(issuer, providerSid, reason, cancellation)
            + await sessions.EndUnnamedOfSubjectAsync(issuer, subject, reason, cancellation);
    }

    /// <summary>Ends everything that a subject has; how many sessions that were.</summary>
    public async ValueTask<int> EndSubjectAsync(string issuer, string subject, DateTimeOffset notBefore, SessionEndReason reason, CancellationToken cancellation)
    {
        // The marks first, as above; and who is shut out here may not come back by the other door meanwhile.
        await bearers.EndSubjectAsync(issuer, subject, notBefore, cancellation);
        return await sessions.EndAllOfSubjectAsync(issuer, subject, reason, cancellation);
    }

    /// <summary>Ends one session, a login's or a bearer's. False where it had ended before.</summary>
    public async ValueTask<bool> EndOneAsync(string sid, SessionEndReason reason, CancellationToken cancellation)
    {
        if (BearerSessions.IsBearers(sid))
        {
            await bearers.EndLoginAsync(sid, clock.GetUtcNow(), cancellation);
            return true;
        }

        return await sessions.EndAsync(sid, clock.GetUtcNow() + LongestSession, reason, cancellation);
    }

    /// <summary>Ends everything; how many sessions that were.</summary>
    public async ValueTask<int> EndEverythingAsync(SessionEndReason reason, CancellationToken cancellation)
    {
        await bearers.EndEverybodyAsync(clock.GetUtcNow(), cancellation);
        return await sessions.EndAllAsync(reason, cancellation);
    }
}
