using AuthProxy.Hosting.Refusals;

namespace AuthProxy.Proxy.Errors.When;

/// <summary>An error handler that only answers where one of its rule's conditions holds.</summary>
internal sealed class ConditionalErrorHandler(IErrorHandler handler, IReadOnlyList<ErrorCondition> conditions) : IErrorHandler
{
    public string Name => handler.Name;

    /// <summary>The handler itself where nothing limits it.</summary>
    public static IErrorHandler Limit(IErrorHandler handler, IReadOnlyList<ErrorCondition> conditions) =>
        conditions.Count == 0 ? handler : new ConditionalErrorHandler(handler, conditions);

    // The first entry that holds, or that nobody can tell of, decides; those behind it are not looked at.
    public Responsibility For(HttpContext context, Refusal refusal)
    {
        foreach (var condition in conditions)
        {
            switch (condition.Check(context, refusal))
            {
                case Responsibility.Mine:
                    return handler.For(context, refusal);
                case Responsibility.Undecidable:
                    return Responsibility.Undecidable;
            }
        }

        return Responsibility.NotMine;
    }

    public Task WriteAsync(HttpContext context, RefusalAnswer answer, CancellationToken cancellation) => handler.WriteAsync(context, answer, cancellation);
}
