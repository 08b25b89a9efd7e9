using System.Diagnostics;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Events;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;
using Microsoft.Extensions.Primitives;

namespace AuthProxy.Tokenizer.Logins;

/// <summary>
/// <c>GET /session/ensure</c> and <c>/session/create</c> where the application owns the session: to one of its backends, and back with what that
/// says of the user. Neither exists where a proxy owns it.
/// </summary>
internal sealed class LoginEndpoints(LoginService logins, VaultEvents events)
{
    /// <summary>Longer than a state and a token may be; what is longer is nobody's answer.</summary>
    private const int LongestQuery = 32 * 1024;

    public Answer Begin(HttpContext context, ApplicationSettings application, LoginSettings login)
    {
        if (!TryOne(context, "auth_provider", out var provider))
        {
            return new Refused(TokenizerRefusals.ProviderUnknown, "auth_provider stands twice in the query");
        }

        // One cookie for all logins of a browser: ten pages that begin one at once do not take it from each other.
        var binding = LoginCookies.Binding.Read(context.Request.Headers) ?? LoginSecret.New();
        switch (logins.Begin(application, login, provider, binding))
        {
            case Outcome<string>.Ok(var address):
                LoginCookies.Binding.Write(context, binding, LoginStates.Life, login.FromOtherSites);
                context.Response.StatusCode = StatusCodes.Status302Found;
                context.Response.Headers.Location = address;
                return new Answer.Written();
            case Outcome<string>.No(var refused):
                return refused;
            default:
                throw new UnreachableException();
        }
    }

    public async Task<Answer> CompleteAsync(HttpContext context, ApplicationSettings application, LoginSettings login)
    {
        if (context.Request.QueryString.Value?.Length > LongestQuery
            || !TryOne(context, "state", out var state) || state is null || !TryOne(context, "openid_token", out var token) || token is null)
        {
            return new Refused(TokenizerRefusals.LoginFailed, "state or openid_token is missing or stands twice in the query");
        }

        var headers = context.Request.Headers;
        if (LoginCookies.Binding.Read(headers) is not { } binding)
        {
            return new Refused(TokenizerRefusals.LoginFailed, "the browser has no cookie of a login: it was begun elsewhere, or long ago");
        }

        switch (await logins.CompleteAsync(application, login, state, token, binding, LoginCookies.Session.Read(headers), context.RequestAborted))
        {
            case Outcome<CompletedLogin>.Ok(var completed):
                await events.SignedInAsync(AuditedOf(context, application, completed), application.Name, context.RequestAborted);
                LoginCookies.Session.Write(context, completed.Cookie, completed.Life, login.FromOtherSites);
                return Answer.Empty;
            case Outcome<CompletedLogin>.No(var refused):
                return refused;
            default:
                throw new UnreachableException();
        }
    }

    private static AuditedRequest AuditedOf(HttpContext context, ApplicationSettings application, CompletedLogin completed) => new()
    {
        Caller = completed.Stated.Trust,
        KeyId = completed.Stated.KeyId,
        TraceId = RefusalResponse.TraceIdOf(context),
        Application = application.Name,
        Issuer = completed.Stated.Issuer,
        Subject = completed.Stated.Subject,
        Session = completed.Session,
    };

    /// <returns>False where the name stands more than once: nobody should have to know which one counts.</returns>
    private static bool TryOne(HttpContext context, string name, out string? value)
    {
        var values = context.Request.Query[name];
        value = values is [{ Length: > 0 } only] ? only : null;
        return StringValues.IsNullOrEmpty(values) || values.Count == 1;
    }
}
