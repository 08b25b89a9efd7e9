using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Sessions.Ends.Bearers;

namespace AuthProxy.Proxy.Sessions.Ends;

/// <summary>
/// Logins that were under way while somebody ended all that the person had: there was no session yet to be found and ended. Whoever ends
/// leaves a mark first and looks for sessions then; whoever logs in begins the session first and looks for marks then. One finds the other.
/// </summary>
internal sealed class OvertakenLogins(BearerMarks marks, BearerSessions bearers)
{
    /// <summary>Whether an end overtook a login. To be asked once its session stands; throws <see cref="SessionStoreException"/> where the store cannot say.</summary>
    /// <param name="login">The login.</param>
    /// <param name="begunAt">When the person was sent to the provider: who was sent there after the end has logged in anew, whatever the clocks say.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async ValueTask<bool> IsOvertakenAsync(NewSession login, DateTimeOffset begunAt, CancellationToken cancellation)
    {
        var sid = login.ProviderSid is { } named ? bearers.SidOfProviderSession(login.Issuer, named) : bearers.SidOfUnnamed(login.Issuer, login.SubjectId);
        await marks.ReadOnAsync(cancellation);
        return marks.HasOvertaken(bearers.IdentityOf(login.Issuer, login.SubjectId, sid, login.VouchedSince, expiresAt: null), begunAt);
    }
}
