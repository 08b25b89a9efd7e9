using AuthProxy.Hosting.Refusals;
using AuthProxy.Jose;
using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Sessions;

namespace AuthProxy.Tokenizer.Callers;

/// <summary>Finds out which proxy or application is calling, and what a proxy's assertion proves.</summary>
internal sealed class ServiceCallers(TrustEntries trust)
{
    private const string Bearer = "Bearer ";

    public async ValueTask<Outcome<ServiceCaller>> IdentifyAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.ContainsKey(AssertedUsers.AssertionHeader) || headers.Authorization.Count > 1)
        {
            return new Refused(TokenizerRefusals.CredentialsAmbiguous, "a service's request carries more than one credential, or a user's");
        }

        if (headers.Authorization is not [{ Length: > 0 } credentials])
        {
            return new Refused(TokenizerRefusals.CredentialsMissing, "the request carries no Authorization header");
        }

        // LunaDefend's clients send the token bare.
        var token = credentials.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? credentials[Bearer.Length..].Trim() : credentials;
        var type = UnverifiedJwt.Read(token) is JwtReadOutcome.Read { Jwt.Type: { } named } && JwtTypes.Same(named, JwtTypes.Service) ? JwtTypes.Service : JwtTypes.Application;
        return await trust.VerifyAsync(token, type, context.RequestAborted) switch
        {
            TrustOutcome.Believed(var entry, var jwt) => Admit(context, entry, jwt, type),
            TrustOutcome.KeysUnavailable unavailable => unavailable.ToRefused(),
            TrustOutcome.Rejected(var why) => new Refused(TokenizerRefusals.CredentialsInvalid, why),
            _ => new Refused(TokenizerRefusals.CredentialsInvalid, "the credentials were not verified"),
        };
    }

    /// <summary>Reads an assertion that an application hands on as proof that the session it names is alive.</summary>
    public async ValueTask<Outcome<StatedSession>> ProveSessionAsync(string assertion, ApplicationSettings application, CancellationToken cancellation) =>
        await trust.VerifyAsync(assertion, JwtTypes.Assertion, cancellation) switch
        {
            TrustOutcome.Believed(var entry, var jwt) when AssertionClaims.TryRead(entry, jwt, out var claims)
                && claims.Session is { } session && Vouches(entry, claims.Audience, application) => session,
            TrustOutcome.Believed(var entry, _) =>
                new Refused(TokenizerRefusals.AssertionInvalid, $"the assertion of trust entry {entry.Settings.Name} proves no session of {application.Name}"),
            TrustOutcome.KeysUnavailable unavailable => unavailable.ToRefused(),
            TrustOutcome.Rejected(var why) => new Refused(TokenizerRefusals.AssertionInvalid, why),
            _ => new Refused(TokenizerRefusals.AssertionInvalid, "the assertion was not verified"),
        };

    // An assertion made out to somebody else may have been taken from them: it proves nothing here.
    private static bool Vouches(TrustEntry entry, string audience, ApplicationSettings application) =>
        entry.Applications.ContainsKey(application.Name)
        && ((entry.Is(TrustRoles.Sidecar) && audience == application.Name) || (entry.Is(TrustRoles.Gateway) && audience == application.UsersAudience));

    private static Outcome<ServiceCaller> Admit(HttpContext context, TrustEntry entry, VerifiedJwt jwt, string type)
    {
        var (roles, subject) = type == JwtTypes.Service ? (TrustRoles.Gateway | TrustRoles.Sidecar, "proxy") : (TrustRoles.Application | TrustRoles.Service, "application");
        if (jwt.Subject != subject || jwt.Audiences.Count != 1)
        {
            return new Refused(TokenizerRefusals.CredentialsInvalid, $"the token of trust entry {entry.Settings.Name} is for another subject or several audiences");
        }

        var audited = new AuditedRequest
        {
            Caller = entry.Settings.Name,
            KeyId = jwt.KeyId,
            TraceId = RefusalResponse.TraceIdOf(context),
            Application = entry.Applications.Count == 1 ? entry.Applications.Keys.Single() : null,
        };
        context.Features.Set(audited);
        return new ServiceCaller(entry.Settings.Name, entry.Settings.Roles & roles, entry.Applications, audited);
    }
}
