using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Errors;

namespace AuthProxy.Proxy.Maintenance;

/// <summary>Tells people what programs read in the problem details. It stands behind a rule's own error handlers, which go first.</summary>
internal sealed class MaintenancePage : IErrorHandler
{
    public static readonly MaintenancePage Instance = new();

    public string Name => "maintenance";

    // The status and the words are the rule's; the reason never changes.
    public Responsibility For(HttpContext context, Refusal refusal) =>
        refusal.Reason == ProxyRefusals.Maintenance.Reason && context.Proxied().Received.Kind == RequestKind.Navigation ? Responsibility.Mine : Responsibility.NotMine;

    public Task WriteAsync(HttpContext context, RefusalAnswer answer, CancellationToken cancellation)
    {
        RefusalResponse.SetHead(context.Response, answer.Refusal);
        return PlainPage.WriteAsync(context, answer.Refusal.Title, $"<p><small>Support code {PlainPage.Encode(answer.SupportCode)}</small></p>", "form-action 'none'", cancellation);
    }
}
