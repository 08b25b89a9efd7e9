using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;

namespace AuthProxy.Tokenizer.Api;

/// <summary>What operations of services have in common: roles, and the application that is spoken for.</summary>
internal static class ServiceOperation
{
    /// <param name="roles">Any of these may call.</param>
    /// <param name="run">What is done for the application that the caller speaks for.</param>
    public static Operation<ServiceCaller> For(
        string path, AuditAction action, TrustRoles roles, string[] members, Func<ServiceCaller, ApplicationSettings, JsonBody, CancellationToken, Task<Answer>> run) =>
        new(path, action, ["application", .. members], async (caller, body, cancellation) =>
        {
            if (caller.RefusedUnless(roles) is { } refused)
            {
                return refused;
            }

            switch (ApplicationOf(caller, body))
            {
                case Outcome<ApplicationSettings>.Ok({ } application):
                    caller.Audited.Application = application.Name;
                    return await run(caller, application, body, cancellation);
                case Outcome<ApplicationSettings>.No(var unclear):
                    return unclear;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        });

    // Whoever speaks for one application need not name it.
    private static Outcome<ApplicationSettings> ApplicationOf(ServiceCaller caller, JsonBody body)
    {
        if (!body.TryText("application", out var name) || (name is null && caller.Applications.Count > 1))
        {
            return new Refused(TokenizerRefusals.BodyInvalid, "application is malformed, or missing where the caller speaks for several");
        }

        return (name is null ? caller.Applications.Values.Single() : caller.Applications.GetValueOrDefault(name)) is { } application
            ? application
            : new Refused(TokenizerRefusals.CallerNotAllowed, $"trust entry {caller.Name} asked about an application that is not its");
    }
}
