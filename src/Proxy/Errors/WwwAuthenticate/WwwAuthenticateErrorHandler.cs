using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Errors.When;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Errors.WwwAuthenticate;

/// <param name="Realm">What the browser's password box says.</param>
/// <param name="When">When the handler answers.</param>
internal sealed record WwwAuthenticateSettings(string Realm, IReadOnlyList<ErrorCondition> When)
{
    public static readonly Schema<WwwAuthenticateSettings> Schema = Declare.Object<WwwAuthenticateSettings>("www_authenticate", "Asks for a name and a password.", o =>
    {
        var realm = o.Text("realm", "What the browser's password box says.").Default("Please authenticate.").Must(IsRealm, "write 1 to 200 printable ASCII characters without quotation marks, backslashes and commas");
        var when = o.When();
        return read => new WwwAuthenticateSettings(read.Get(realm), read.Get(when));
    });

    // It is sent without quotation marks, as Oathkeeper does: a comma would begin another challenge, a line break another header.
    private static bool IsRealm(string realm) =>
        realm.Length is > 0 and <= 200 && realm.All(character => character is >= ' ' and <= '~' and not ('"' or '\\' or ','));
}

/// <summary>Asks for a name and a password, whatever the request was refused for.</summary>
internal sealed class WwwAuthenticateErrorHandler(string realm) : IErrorHandler
{
    private readonly string _challenge = "Basic realm=" + realm;

    public string Name => WwwAuthenticateErrorKind.KindName;

    public Responsibility For(HttpContext context, Refusal refusal) => Responsibility.Mine;

    public async Task WriteAsync(HttpContext context, RefusalAnswer answer, CancellationToken cancellation)
    {
        var response = context.Response;
        RefusalResponse.SetHead(response, answer.Refusal);
        response.StatusCode = StatusCodes.Status401Unauthorized;
        response.Headers.WWWAuthenticate = _challenge;
        response.ContentType = "text/plain; charset=utf-8";
        response.ContentLength = "Unauthorized"u8.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.WriteAsync("Unauthorized", cancellation);
        }
    }
}

internal sealed class WwwAuthenticateErrorKind : IHandlerKind<IErrorHandler>
{
    public const string KindName = "www_authenticate";

    public string Name => KindName;

    public Schema Schema => WwwAuthenticateSettings.Schema;

    public IErrorHandler? Prepare(HandlerPreparation preparation) =>
        preparation.TryRead(WwwAuthenticateSettings.Schema, out var settings)
            ? ConditionalErrorHandler.Limit(new WwwAuthenticateErrorHandler(settings.Realm), settings.When)
            : null;
}
