using AuthProxy.Hosting.Refusals;

namespace AuthProxy.Proxy.Errors;

/// <summary>One way to tell a client that its request goes no further; made when a rule loads, or once for the fallback.</summary>
internal interface IErrorHandler
{
    /// <summary>The name that rules use.</summary>
    string Name { get; }

    /// <summary>Whether this handler wants to answer this client about this refusal.</summary>
    Responsibility For(HttpContext context, Refusal refusal);

    /// <summary>Writes the whole answer.</summary>
    Task WriteAsync(HttpContext context, RefusalAnswer answer, CancellationToken cancellation);
}

/// <summary>Whether an error handler wants to answer.</summary>
internal enum Responsibility
{
    NotMine,
    Mine,

    /// <summary>It depends on something of the request that cannot be read. Oathkeeper's rules then answer 500, ours ask the next handler.</summary>
    Undecidable,
}

/// <summary>All that a client may learn.</summary>
/// <param name="Refusal">Why the request goes no further.</param>
/// <param name="SupportCode">What leads an operator to the whole story.</param>
internal sealed record RefusalAnswer(Refusal Refusal, string SupportCode);
