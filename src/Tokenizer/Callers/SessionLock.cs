using System.Security.Cryptography;
using System.Text;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Sessions;

namespace AuthProxy.Tokenizer.Callers;

/// <summary>
/// An open frame must not silently change to another user's session: a client keeps the mark of the first answer and sends it along.
/// </summary>
internal sealed class SessionLock(SessionService sessions)
{
    public const string HeaderName = "lunasec-session-hash";

    /// <summary>Tells a request that names no session which one it is in.</summary>
    /// <returns>The refusal where it names another.</returns>
    public Refused? Check(HttpContext context, UserCaller user)
    {
        var mark = sessions.MarkOf(user);
        var sent = context.Request.Headers[HeaderName];
        if (sent.Count == 0)
        {
            context.Response.Headers[HeaderName] = mark;
            return null;
        }

        return sent is [{ } one] && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(mark))
            ? null
            : new Refused(TokenizerRefusals.SessionHashMismatch, "the request names another session than the user's");
    }
}
