using System.Diagnostics;
using AuthProxy.Proxy.Errors;

namespace AuthProxy.Proxy.Mutation;

/// <summary>Tells the application who it is, in our words; a request whose identity cannot be told does not arrive without it.</summary>
internal sealed class MutationMiddleware(RequestDelegate next, IRefusalResponder refusals)
{
    public Task InvokeAsync(HttpContext context) => TellsAsync(context).ThenAsync(next, context);

    private async ValueTask<bool> TellsAsync(HttpContext context)
    {
        var request = context.Proxied();
        var mutators = request.Match.Rule.Mutators;
        for (var index = 0; index < mutators.Count; index++)
        {
            var mutator = mutators[index];
            switch (await mutator.MutateAsync(context, request, context.RequestAborted))
            {
                case MutationOutcome.Done:
                    request.Trace.Note(TraceStage.Mutate, mutator.Name, TraceVerdict.Passed);
                    continue;
                case MutationOutcome.Refused refused:
                    request.Trace.Note(TraceStage.Mutate, mutator.Name, TraceVerdict.Refused, refused.Why);
                    await refusals.WriteAsync(context, refused.Refusal, refused.Why);
                    return false;
                default:
                    // A new kind of outcome stops here until someone decides what it means.
                    throw new UnreachableException();
            }
        }

        return true;
    }
}
