using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Errors.Json;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Errors;

/// <summary>Written without any handler: the answer that is left when no other is to be had.</summary>
internal static class PlainAnswer
{
    /// <param name="context">The request that goes no further.</param>
    /// <param name="answer">What the handlers should have told.</param>
    /// <param name="form">Whose answers are expected: ours tell the refusal all the same, Oathkeeper's that nobody could.</param>
    /// <param name="why">Why no handler answers; clients of Oathkeeper read it as the reason.</param>
    public static Task WriteAsync(HttpContext context, RefusalAnswer answer, RuleForm form, string why)
    {
        if (form == RuleForm.AuthProxy)
        {
            return RefusalResponse.WriteAsync(context, answer.Refusal, answer.SupportCode, context.RequestAborted);
        }

        var undecided = answer with { Refusal = ProxyRefusals.ErrorHandlersUndecided };
        context.Response.Headers[RefusalResponder.ReasonHeader] = undecided.Refusal.Reason;
        return OathkeeperErrorBody.WriteAsync(context, undecided, OathkeeperErrorBody.Generic(undecided.Refusal), why, context.RequestAborted);
    }
}
