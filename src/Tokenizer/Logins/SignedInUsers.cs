using AuthProxy.Hosting.Refusals;
using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Logins;

/// <summary>
/// Finds out which user is calling where the application owns the session: only the cookie of a login says so. The token that the login began
/// with is no credential here.
/// </summary>
internal sealed class SignedInUsers(ITokenStore store, TimeProvider clock)
{
    public async ValueTask<Outcome<UserCaller>> IdentifyAsync(HttpContext context, ApplicationSettings application)
    {
        var headers = context.Request.Headers;
        if (headers.ContainsKey(AssertedUsers.AssertionHeader) || headers.ContainsKey("Authorization"))
        {
            return new Refused(TokenizerRefusals.CredentialsAmbiguous, $"application {application.Name} owns its sessions: a user's request carries a cookie and nothing else");
        }

        if (LoginCookies.Session.Read(headers) is not { } secret)
        {
            return new Refused(TokenizerRefusals.SessionRequired, "the request carries no session cookie, or two of them");
        }

        if (await store.FindLoginAsync(secret.Hash(), clock.NowMilliseconds(), context.RequestAborted) is not { } login || login.Application != application.Name)
        {
            return new Refused(TokenizerRefusals.SessionRequired, "the session cookie is unknown, or its time is over");
        }

        // Who the session's person is stands in the line of the login.
        var audited = new AuditedRequest { Caller = "", TraceId = RefusalResponse.TraceIdOf(context), Application = application.Name, Session = login.Session };
        context.Features.Set(audited);
        return new UserCaller(application, login.Session, login.Subject, login.ExpiresAt, audited);
    }
}
