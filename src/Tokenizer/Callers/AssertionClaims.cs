using System.Diagnostics.CodeAnalysis;
using AuthProxy.Jose;
using AuthProxy.Tokenizer.Sessions;

namespace AuthProxy.Tokenizer.Callers;

/// <summary>What a verified assertion says, as far as the Tokenizer needs it.</summary>
/// <param name="Rule">The proxy's rule, where the assertion names it.</param>
/// <param name="Session">Null where the user is anonymous: there is no session then.</param>
internal sealed record AssertionClaims(TrustEntry Entry, string Audience, string? Rule, StatedSession? Session)
{
    /// <returns>False where claims are missing or have another type than they should.</returns>
    public static bool TryRead(TrustEntry entry, VerifiedJwt jwt, [NotNullWhen(true)] out AssertionClaims? claims)
    {
        claims = null;

        // One audience: made out to two, an assertion would be good at both.
        if (jwt is not { Audiences: [var audience], Subject: { Length: > 0 and <= StatedSession.LongestText } subject }
            || jwt.Text("sub_iss") is not { Length: > 0 and <= StatedSession.LongestText } issuer)
        {
            return false;
        }

        var rule = jwt.Text("rule") is { Length: <= StatedSession.LongestText } named ? named : null;
        if (jwt.Text("sid") is not { } sid)
        {
            claims = jwt.Claims.TryGetProperty("sid"u8, out _) ? null : new AssertionClaims(entry, audience, rule, null);
            return claims is not null;
        }

        if (!StatedSession.IsId(sid)
            || jwt.Time("session_exp") is not { } end
            || !StatedSession.TryMilliseconds(end.ToUnixTimeSeconds(), out var milliseconds))
        {
            return false;
        }

        claims = new AssertionClaims(entry, audience, rule, new StatedSession(sid, issuer, subject, milliseconds));
        return true;
    }
}
