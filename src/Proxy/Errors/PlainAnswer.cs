using AuthProxy.Hosting.Refusals;

namespace AuthProxy.Proxy.Errors;

/// <summary>Problem details, written without any handler: the answer that is left when no other is to be had.</summary>
internal static class PlainAnswer
{
    public static Task WriteAsync(HttpContext context, RefusalAnswer answer) =>
        RefusalResponse.WriteAsync(context, answer.Refusal, answer.SupportCode, context.RequestAborted);
}
