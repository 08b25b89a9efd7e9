using AuthProxy.Hosting.Refusals;

namespace AuthProxy.Proxy.Errors.When;

/// <summary>An error handler that only answers where one of its rule's conditions holds.</summary>
internal sealed class ConditionalErrorHandler(IErrorHandler handler, IReadOnlyList<ErrorCondition> conditions) : IErrorHandler
{
    public string Name => handler.Name;

    /// <summary>The handler itself where nothing limits it.</summary>
    public static IErrorHandler Limit(IErrorHandler handler, IReadOnlyList<ErrorCondition> conditions) =>
        conditions.Count == 0 ? handler : new ConditionalErrorHandler(handler, conditions);

    public bool Answers(HttpContext context, Refusal refusal) =>
        conditions.Any(condition => condition.Holds(context, refusal)) && handler.Answers(context, refusal);

    public Task WriteAsync(HttpContext context, RefusalAnswer answer, CancellationToken cancellation) => handler.WriteAsync(context, answer, cancellation);
}
