using System.Diagnostics;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Sessions;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Logins;

/// <summary>A session that was begun or shown again.</summary>
/// <param name="Cookie">What the browser is to show from now on.</param>
/// <param name="Life">For how long.</param>
/// <param name="Session">The session's hash.</param>
/// <param name="Stated">What the backend said of the user.</param>
internal sealed record CompletedLogin(LoginSecret Cookie, TimeSpan Life, byte[] Session, StatedLogin Stated);

/// <summary>Signs users of an application in: begins a login with a state, and ends it with what a backend says of the user.</summary>
internal sealed class LoginService(ITokenStore store, KeyRing ring, LoginStates states, LoginTokens tokens, TimeProvider clock)
{
    private static readonly Refused NotBegunHere = new(TokenizerRefusals.LoginFailed, "the state is not ours, too old, or of a login that was begun in another browser or for another application");

    /// <summary>The address to send the browser to. Only addresses of the configuration are ever sent to.</summary>
    public Outcome<string> Begin(ApplicationSettings application, LoginSettings login, string? providerName, LoginSecret binding) =>
        login.Provider(providerName) is { } provider
            ? WithState(provider.Url, states.New(application, provider.Name, binding))
            : new Refused(TokenizerRefusals.ProviderUnknown, $"application {application.Name} has no provider of that name");

    /// <param name="shown">What the browser shows already; the login takes its place.</param>
    public async Task<Outcome<CompletedLogin>> CompleteAsync(
        ApplicationSettings application, LoginSettings login, string stateText, string token, LoginSecret binding, LoginSecret? shown, CancellationToken cancellation)
    {
        if (states.Read(stateText, application, binding) is not { } state || login.Provider(state.Provider) is not { } provider)
        {
            return NotBegunHere;
        }

        return await tokens.VerifyAsync(token, stateText, application, provider, cancellation) switch
        {
            Outcome<StatedLogin>.Ok(var stated) => await KeepAsync(application, login, state, stated, shown, cancellation),
            Outcome<StatedLogin>.No(var refused) => refused,
            _ => throw new UnreachableException(),
        };
    }

    private async Task<Outcome<CompletedLogin>> KeepAsync(
        ApplicationSettings application, LoginSettings login, LoginState state, StatedLogin stated, LoginSecret? shown, CancellationToken cancellation)
    {
        var now = clock.NowMilliseconds();
        var end = Math.Min(now + (long)login.SessionLife.TotalMilliseconds, stated.SessionEnd ?? long.MaxValue);
        var secret = LoginSecret.New();
        var record = new LoginRecord(
            secret.Hash(), ring.LookupKeys.OfSession(application.Name, stated.Issuer, stated.Sid), ring.LookupKeys.OfSubject(stated.Issuer, stated.Subject),
            application.Name, end);
        SpentMark[] marks = [new(state.Mark, state.ExpiresAt), new(stated.Mark, stated.MarkUntil)];
        var life = TimeSpan.FromMilliseconds(end - now);
        return await store.AddLoginAsync(record, shown?.Hash(), marks, now, cancellation) switch
        {
            LoginOutcome.Begun => new CompletedLogin(secret, life, record.Session, stated),
            LoginOutcome.Renewed => new CompletedLogin(shown!, life, record.Session, stated),
            LoginOutcome.AlreadySpent => new Refused(TokenizerRefusals.LoginExpired, "the state or the token was used before"),
            LoginOutcome.NoSession(var standing) => SessionRefusals.Of(standing),
            _ => throw new UnreachableException(),
        };
    }

    private static string WithState(Uri url, string state) => $"{url.AbsoluteUri}{(url.Query.Length > 0 ? '&' : '?')}state={state}";
}
