using System.Diagnostics;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Sessions;

internal static class SessionRefusals
{
    /// <summary>Why a session that is not alive is refused.</summary>
    public static Refused Of(SessionStanding standing) => standing switch
    {
        SessionStanding.Ended => new(TokenizerRefusals.SessionEnded, "the session was ended"),
        SessionStanding.Unknown => new(TokenizerRefusals.SessionUnknown, "nobody has shown that the session lives, or its time is over"),
        SessionStanding.AnotherSubjects => new(TokenizerRefusals.SessionMismatch, "the session is known as another subject's"),
        _ => throw new UnreachableException(),
    };
}
