using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Errors.When;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Errors.Login;

/// <param name="When">When the handler answers.</param>
internal sealed record LoginErrorSettings(IReadOnlyList<ErrorCondition> When)
{
    public static readonly Schema<LoginErrorSettings> Schema = Declare.Object<LoginErrorSettings>("login", "Sends a person without a session to the login.", o =>
    {
        var when = o.When();
        return read => new LoginErrorSettings(read.Get(when));
    });
}

/// <summary>Sends a person without a session that counts to the login, and nobody else: a script would only follow the redirect into nowhere.</summary>
internal sealed class LoginErrorHandler(ILoginStarter login) : IErrorHandler
{
    public string Name => LoginErrorKind.KindName;

    // A login gives a session cookie: under a rule that believes none, the browser would go round in circles.
    public Responsibility For(HttpContext context, Refusal refusal) =>
        login.IsAvailable
        && context.Features.Get<ProxiedRequest>() is { Received.Kind: RequestKind.Navigation, Rule.BelievesSessionCookie: true } request
        && IsMendedByLogin(request, refusal)
            ? Responsibility.Mine
            : Responsibility.NotMine;

    public Task WriteAsync(HttpContext context, RefusalAnswer answer, CancellationToken cancellation) => login.StartAsync(context, cancellation);

    // Whoever brings a bearer gets a stronger one elsewhere: a new session would not be looked at.
    private static bool IsMendedByLogin(ProxiedRequest request, Refusal refusal) =>
        refusal == ProxyRefusals.CredentialsMissing || refusal == ProxyRefusals.ProviderNotAccepted
        || (refusal.Is(ProxyRefusals.AuthenticationInsufficient) && request.Consumed is ConsumedCredentials.SessionCookie or ConsumedCredentials.None);
}

internal sealed class LoginErrorKind(ILoginStarter login) : IHandlerKind<IErrorHandler>
{
    public const string KindName = "login";

    public string Name => KindName;

    public Schema Schema => LoginErrorSettings.Schema;

    public IErrorHandler? Prepare(HandlerPreparation preparation) =>
        preparation.TryRead(LoginErrorSettings.Schema, out var settings)
            ? ConditionalErrorHandler.Limit(new LoginErrorHandler(login), settings.When)
            : null;
}
