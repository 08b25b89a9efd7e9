using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Errors.When;
using AuthProxy.Proxy.Matching;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Errors.Redirect;

/// <param name="To">Where the browser is sent: an absolute address, or a path of the same host.</param>
/// <param name="Code">301, 302, 303 or 307.</param>
/// <param name="ReturnToQueryParameter">The query parameter that carries the address asked for; empty: none.</param>
/// <param name="When">When the handler answers.</param>
internal sealed record RedirectSettings(string To, int Code, string ReturnToQueryParameter, IReadOnlyList<ErrorCondition> When)
{
    public static readonly Schema<RedirectSettings> Schema = Declare.Object<RedirectSettings>("redirect", "Sends the browser elsewhere.", o =>
    {
        var to = o.Text("to", "Where the browser is sent: an absolute address, or a path of the same host.")
            .Must(IsDestination, "write an http or https address, or a path that begins with one slash");
        var code = o.Integer("code", "The redirect's status.").Default(302).Must(value => value is 301 or 302 or 303 or 307, "write 301, 302, 303 or 307");
        var parameter = o.Text("return_to_query_param", "The query parameter that carries the address asked for; empty for none.").Default("");
        var when = o.When();
        return read => new RedirectSettings(read.Get(to), read.Get(code), read.Get(parameter), read.Get(when));
    });

    // "//host" would be another host; a line break another header; what is not ASCII no header at all.
    private static bool IsDestination(string to) =>
        !to.AsSpan().ContainsAnyExceptInRange('!', '~')
        && (to.StartsWith('/')
            ? !to.StartsWith("//", StringComparison.Ordinal) && !to.StartsWith("/\\", StringComparison.Ordinal)
            : Uri.TryCreate(to, UriKind.Absolute, out var url) && url.Scheme is "http" or "https");
}

/// <summary>Sends the browser elsewhere, perhaps with the address to come back to.</summary>
internal sealed class RedirectErrorHandler(RedirectSettings settings) : IErrorHandler
{
    private readonly ReturningAddress? _returning = settings.ReturnToQueryParameter.Length > 0 ? new ReturningAddress(settings.To, settings.ReturnToQueryParameter) : null;

    public string Name => RedirectErrorKind.KindName;

    public Responsibility For(HttpContext context, Refusal refusal) => Responsibility.Mine;

    public Task WriteAsync(HttpContext context, RefusalAnswer answer, CancellationToken cancellation)
    {
        var response = context.Response;
        RefusalResponse.SetHead(response, answer.Refusal);
        response.Headers.Remove("WWW-Authenticate");
        response.StatusCode = settings.Code;
        response.Headers.Location = Destination(context.Features.Get<ProxiedRequest>());
        return Task.CompletedTask;
    }

    // The address to return to is the one that was decided on, never what a forwarding header of the client says.
    private string Destination(ProxiedRequest? request) => request is null || _returning is null
        ? settings.To
        : _returning.For(request.Received.Address.Origin + request.Received.Target);
}

internal sealed class RedirectErrorKind : IHandlerKind<IErrorHandler>
{
    public const string KindName = "redirect";

    public string Name => KindName;

    public Schema Schema => RedirectSettings.Schema;

    public IReadOnlyList<string> Destinations => ["to"];

    public IErrorHandler? Prepare(HandlerPreparation preparation)
    {
        if (!preparation.TryRead(RedirectSettings.Schema, out var settings))
        {
            return null;
        }

        if (preparation.Form == RuleForm.Oathkeeper && settings.Code is not (301 or 302))
        {
            preparation.Fault($"redirects with code {settings.Code}; Oathkeeper's rules know 301 and 302");
            return null;
        }

        return ConditionalErrorHandler.Limit(new RedirectErrorHandler(settings), settings.When);
    }
}
