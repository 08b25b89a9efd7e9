using AuthProxy.Hosting.Refusals;
using AuthProxy.Jose;
using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Refusals;

namespace AuthProxy.Tokenizer.Callers;

/// <summary>Finds out which user is calling where a proxy owns the session: only a gateway's assertion says so; cookies and keys of applications do not.</summary>
internal sealed class AssertedUsers(TrustEntries trust, KeyRing ring, RealmName realm)
{
    public const string AssertionHeader = "X-Auth-Assertion";

    public async ValueTask<Outcome<UserCaller>> IdentifyAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var assertions = headers[AssertionHeader];
        if (assertions is not [{ Length: > 0 } assertion])
        {
            return assertions.Count > 1
                ? new Refused(TokenizerRefusals.CredentialsAmbiguous, $"the request carries {assertions.Count} assertions")
                : new Refused(TokenizerRefusals.AssertionMissing, "the request carries no assertion");
        }

        // Which of two credentials would win is a question that nobody has to answer where two are refused.
        if (headers.ContainsKey("Authorization"))
        {
            return new Refused(TokenizerRefusals.CredentialsAmbiguous, "the request carries an assertion and an Authorization header");
        }

        return await trust.VerifyAsync(assertion, JwtTypes.Assertion, context.RequestAborted) switch
        {
            TrustOutcome.Believed(var entry, var jwt) => Admit(context, entry, jwt),
            TrustOutcome.KeysUnavailable unavailable => unavailable.ToRefused(),
            TrustOutcome.Rejected(var why) => new Refused(TokenizerRefusals.AssertionInvalid, why),
            _ => new Refused(TokenizerRefusals.AssertionInvalid, "the assertion was not verified"),
        };
    }

    private Outcome<UserCaller> Admit(HttpContext context, TrustEntry entry, VerifiedJwt jwt)
    {
        if (!entry.Is(TrustRoles.Gateway) || !AssertionClaims.TryRead(entry, jwt, out var claims))
        {
            return new Refused(TokenizerRefusals.AssertionInvalid, $"trust entry {entry.Settings.Name} is no gateway, or claims of the assertion are missing");
        }

        if (entry.Applications.Values.FirstOrDefault(application => application.UsersAudience == claims.Audience) is not { } application)
        {
            return new Refused(TokenizerRefusals.AssertionInvalid, $"trust entry {entry.Settings.Name} made the assertion out to {claims.Audience}, which is no application of its");
        }

        if (!entry.Serves(context.Request.Host))
        {
            return new Refused(TokenizerRefusals.HostUnknown, $"trust entry {entry.Settings.Name} does not forward for the request's host");
        }

        // Each vault's origin is one application's: under another's, a page of that one would act on tokens that are none of its business.
        if (!application.IsVault(context.Request.Host))
        {
            return new Refused(TokenizerRefusals.HostUnknown, $"the request's host is not that of application {application.Name}'s vault_url");
        }

        if (claims.Session is not { } session)
        {
            return new Refused(TokenizerRefusals.SessionRequired, "the assertion is of a user without a session");
        }

        var hash = ring.LookupKeys.OfSession(realm.Value, session.Sid);
        var audited = new AuditedRequest
        {
            Caller = entry.Settings.Name,
            KeyId = jwt.KeyId,
            TraceId = RefusalResponse.TraceIdOf(context),
            Rule = claims.Rule,
            Application = application.Name,
            Issuer = session.Issuer,
            Subject = session.Subject,
            Session = hash,
        };
        context.Features.Set(audited);
        return new UserCaller(application, hash, ring.LookupKeys.OfSubject(session.Issuer, session.Subject), session.End, audited);
    }
}
