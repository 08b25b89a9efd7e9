using AuthProxy.Proxy.Sessions.Ends.Bearers;

namespace AuthProxy.Proxy.Authentication;

/// <summary>
/// Holds bearers that are good by themselves to the marks by which bearers end, remembered ones too. Marks are kept with sessions; where
/// there are none, no bearer ends before its time.
/// </summary>
internal sealed class BearerEndings(BearerMarks? marks = null, BearerEnds? ends = null, BearersInUse? inUse = null)
{
    private static readonly AuthenticationOutcome.Rejected Over = new(ProxyRefusals.CredentialsInvalid, "the token was issued before all such tokens were ended");
    private static readonly AuthenticationOutcome.Rejected Open = new(ProxyRefusals.SessionStoreUnavailable, "nobody could say whether the token was ended");

    public ValueTask<AuthenticationOutcome> HoldAsync(AuthenticationOutcome.Accepted accepted, CancellationToken cancellation)
    {
        if (marks is null || accepted.Subject.Bearer is not { } bearer)
        {
            return new(accepted);
        }

        var standing = marks.JudgeAsync(bearer, cancellation);
        return standing.IsCompletedSuccessfully ? new(Decide(standing.Result, accepted)) : WaitAsync(standing, accepted);
    }

    private async ValueTask<AuthenticationOutcome> WaitAsync(ValueTask<BearerStanding> standing, AuthenticationOutcome.Accepted accepted) =>
        Decide(await standing, accepted);

    private AuthenticationOutcome Decide(BearerStanding standing, AuthenticationOutcome.Accepted accepted)
    {
        switch (standing)
        {
            case BearerStanding.Good:
                if (accepted.Subject is { Session: { } used, Bearer: { } bearer })
                {
                    inUse?.Note(bearer, used);
                }

                return accepted;
            case BearerStanding.Ended:
                if (accepted.Subject.Session is { } session)
                {
                    ends?.NoteRefused(session);
                }

                return Over;
            default:
                return Open;
        }
    }
}
