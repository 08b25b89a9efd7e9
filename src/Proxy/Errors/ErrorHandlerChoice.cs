using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Errors;

/// <summary>Which error handler answers: of a rule's own in Oathkeeper's form exactly one, in ours the first; then the first of the fallback.</summary>
internal abstract record ErrorHandlerChoice
{
    // The texts are Oathkeeper's, in whose form clients read them.
    private static readonly Nobody TooMany = new(
        "Found more than one error handlers to be responsible for this request. This is a configuration error that needs to be resolved by the system administrator.");

    private static readonly Nobody NoStrategy = new("Unable to handle the request because no matching error handling strategy was found.");
    private static readonly Nobody Unreadable = new("The error handler depends on the request's Content-Type, which can not be parsed.");

    private ErrorHandlerChoice()
    {
    }

    public sealed record One(IErrorHandler Handler) : ErrorHandlerChoice;

    public sealed record Nobody(string Why) : ErrorHandlerChoice;

    public static ErrorHandlerChoice Make(HttpContext context, Refusal refusal, PreparedRule? rule, PreparedRules set)
    {
        if (rule is { AsksOneErrorHandler: true })
        {
            return Only(rule.Errors, context, refusal) ?? First(set.FallbackErrors, context, refusal, strict: true) ?? NoStrategy;
        }

        var strict = set.Form == Rules.RuleForm.Oathkeeper;
        return (rule is null ? null : First(rule.Errors, context, refusal, strict)) ?? First(set.FallbackErrors, context, refusal, strict) ?? NoStrategy;
    }

    /// <summary>Null where no handler is responsible.</summary>
    private static ErrorHandlerChoice? Only(IReadOnlyList<IErrorHandler> handlers, HttpContext context, Refusal refusal)
    {
        One? only = null;
        foreach (var handler in handlers)
        {
            switch (handler.For(context, refusal))
            {
                case Responsibility.Undecidable:
                    return Unreadable;
                case Responsibility.Mine when only is not null:
                    return TooMany;
                case Responsibility.Mine:
                    only = new One(handler);
                    break;
            }
        }

        return only;
    }

    /// <summary>Null where no handler is responsible.</summary>
    private static ErrorHandlerChoice? First(IReadOnlyList<IErrorHandler> handlers, HttpContext context, Refusal refusal, bool strict)
    {
        foreach (var handler in handlers)
        {
            switch (handler.For(context, refusal))
            {
                case Responsibility.Mine:
                    return new One(handler);
                case Responsibility.Undecidable when strict:
                    return Unreadable;
            }
        }

        return null;
    }
}
