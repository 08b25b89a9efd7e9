using AuthProxy.Proxy.Errors;

namespace AuthProxy.Proxy.Maintenance;

/// <summary>Is it being maintained? Then this is the answer, whoever asks: nobody logs in for a page that is not there.</summary>
internal sealed class MaintenanceMiddleware(RequestDelegate next, IRefusalResponder refusals)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Proxied();
        return request.Match.Rule.Maintenance is { } answer && !answer.Excepts(request.Received.Client)
            ? refusals.WriteAsync(context, answer.Refusal, "the rule says that it is being maintained")
            : next(context);
    }
}
