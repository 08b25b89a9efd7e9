using System.Text;
using AuthProxy.Jose;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Sessions;

namespace AuthProxy.Tokenizer.Logins;

/// <summary>What a backend said of somebody whom it signed in.</summary>
/// <param name="Trust">The trust entry whose word it is.</param>
/// <param name="KeyId">The id of the key that signed it.</param>
/// <param name="SessionEnd">When the application's session ends, where the backend says so; milliseconds since 1970.</param>
/// <param name="Mark">Spent by the login: a token signs one browser in, once.</param>
/// <param name="MarkUntil">From then on the token is refused for its age; milliseconds since 1970.</param>
internal sealed record StatedLogin(string Trust, string? KeyId, string Issuer, string Sid, string Subject, long? SessionEnd, byte[] Mark, long MarkUntil);

/// <summary>Verifies the <c>openid_token</c> with which a backend answers a login, under the key of the provider that was asked and of no other.</summary>
internal sealed class LoginTokens(TrustEntries trust, KeyRing ring)
{
    /// <summary>More than clocks may differ: a token that is still accepted is still remembered.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    public async ValueTask<Outcome<StatedLogin>> VerifyAsync(
        string token, string state, ApplicationSettings application, AuthProviderSettings provider, CancellationToken cancellation) =>
        await trust.VerifyAsync(token, JwtTypes.Session, cancellation) switch
        {
            TrustOutcome.Believed(var entry, var jwt) => Admit(entry, jwt, token, state, application, provider),
            TrustOutcome.KeysUnavailable unavailable => unavailable.ToRefused(),
            TrustOutcome.Rejected(var why) => new Refused(TokenizerRefusals.LoginFailed, why),
            _ => new Refused(TokenizerRefusals.LoginFailed, "the token was not verified"),
        };

    private Outcome<StatedLogin> Admit(
        TrustEntry entry, VerifiedJwt jwt, string token, string state, ApplicationSettings application, AuthProviderSettings provider)
    {
        if (entry.Settings.Name != provider.Trust || !entry.Applications.ContainsKey(application.Name))
        {
            return new Refused(TokenizerRefusals.LoginFailed, $"provider {provider.Name} of {application.Name} was asked, and trust entry {entry.Settings.Name} answered");
        }

        var subject = SubjectOf(entry, jwt, state);
        if (subject is null || jwt is not { Audiences.Count: 1, Issuer: { } issuer, ExpiresAt: { } expires }
            || jwt.Text("session_id") is not { } sid || !StatedSession.IsId(sid) || !TryEnd(jwt, out var end))
        {
            return new Refused(TokenizerRefusals.LoginFailed, $"the token of trust entry {entry.Settings.Name} is no user's, names no session, or is an answer to another login");
        }

        // What was signed, and not the signature: of one signature another good one can be made where the algorithm is ECDSA.
        var signed = Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]);
        return new StatedLogin(entry.Settings.Name, jwt.KeyId, issuer, sid, subject, end, ring.LookupKeys.OfSpent("login token", signed), (expires + Margin).ToUnixTimeMilliseconds());
    }

    /// <summary>
    /// Who the user is. A typed token says so, and which login it answers. The node-sdk's say only that it is a user, of a session: that is then who they are.
    /// </summary>
    private static string? SubjectOf(TrustEntry entry, VerifiedJwt jwt, string state) => entry.Settings.Form switch
    {
        TokenForm.Typed => jwt.Text("nonce") == state && StatedSession.IsId(jwt.Subject) ? jwt.Subject : null,
        TokenForm.NodeSdk => jwt.Subject == "user" ? jwt.Text("session_id") : null,
        _ => null,
    };

    private static bool TryEnd(VerifiedJwt jwt, out long? end)
    {
        end = jwt.Time("session_exp")?.ToUnixTimeMilliseconds();
        return end is not null || !jwt.Claims.TryGetProperty("session_exp"u8, out _);
    }
}
