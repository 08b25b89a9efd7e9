using AuthProxy.Hosting.Refusals;

namespace AuthProxy.Proxy.Errors;

/// <summary>One way to tell a client that its request goes no further; made when a rule loads, or once for the fallback.</summary>
internal interface IErrorHandler
{
    /// <summary>The name that rules use.</summary>
    string Name { get; }

    /// <summary>Whether this handler wants to answer this client about this refusal.</summary>
    bool Answers(HttpContext context, Refusal refusal);

    /// <summary>Writes the whole answer. <paramref name="refusal"/> is all that the client may learn.</summary>
    Task WriteAsync(HttpContext context, Refusal refusal, CancellationToken cancellation);
}
