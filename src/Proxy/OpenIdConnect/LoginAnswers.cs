using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Errors.Pages;
using AuthProxy.Proxy.Observability;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>How our own endpoints answer: a redirect, or a refusal that a person can read and act upon.</summary>
internal sealed class LoginAnswers(LoginAddresses addresses, LoginPages pages, ProxyMetrics metrics, ILogger<LoginAnswers> log)
{
    /// <summary>Sends the browser on. Nothing of it may be kept, and the next page must not learn where it came from: addresses hold states and codes.</summary>
    public static void Redirect(HttpContext context, string address)
    {
        var response = context.Response;

        // 303 turns whatever was posted into a GET; 302 does not say so.
        response.StatusCode = HttpMethods.IsPost(context.Request.Method) ? StatusCodes.Status303SeeOther : StatusCodes.Status302Found;
        response.Headers.Location = address;
        response.Headers.CacheControl = "no-store";
        response.Headers["Referrer-Policy"] = "no-referrer";
    }

    /// <param name="context">The request that goes no further.</param>
    /// <param name="refusal">What the client may know.</param>
    /// <param name="why">What the operator should know; never a token, cookie, key or value.</param>
    /// <param name="destination">Where the person wanted to go, if that is known: a fresh login leads there.</param>
    public async Task RefuseAsync(HttpContext context, Refusal refusal, string why, string? destination)
    {
        var request = context.Proxied();
        var answer = new RefusalAnswer(refusal, SupportCode.Create());
        request.Trace.Refused(refusal, why);
        metrics.Refused(refusal);
        log.Refused(refusal.Reason, null, why, answer.SupportCode, RefusalResponse.TraceIdOf(context));

        context.Response.Headers[RefusalResponder.ReasonHeader] = refusal.Reason;
        if (request.Received.Kind != RequestKind.Navigation)
        {
            await RefusalResponse.WriteAsync(context, refusal, answer.SupportCode, context.RequestAborted);
            return;
        }

        var retry = destination is null
            ? request.Received.Address.Origin + "/"
            : $"{addresses.At(request.Received.Address.Origin, "login")}?return_to={Uri.EscapeDataString(destination)}";
        await pages.RefusalAsync(context, answer, retry);
    }
}
