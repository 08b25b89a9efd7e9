using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Errors;

namespace AuthProxy.Proxy.Rehearsal;

/// <summary>Answers as the Proxy does, and notes what ended the request: also what is refused before there is a trace.</summary>
internal sealed class RehearsedRefusals(RefusalResponder real, Prompter prompter) : IRefusalResponder
{
    public Task WriteAsync(HttpContext context, Refusal refusal, string why)
    {
        prompter.Script.Refused(refusal, why);
        return real.WriteAsync(context, refusal, why);
    }
}
