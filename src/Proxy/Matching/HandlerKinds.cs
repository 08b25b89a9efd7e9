using System.Diagnostics.CodeAnalysis;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Matching;

/// <summary>A kind of handler that rules may name. Registered once; makes one handler for each use in each rule.</summary>
/// <typeparam name="THandler">IAuthenticator, IAuthorizer, IMutator or IErrorHandler.</typeparam>
internal interface IHandlerKind<out THandler>
    where THandler : class
{
    /// <summary>The name that rules and the configuration use.</summary>
    string Name { get; }

    /// <summary>What an operator may write under <c>config</c>; for the JSON Schema and the documentation.</summary>
    Schema Schema { get; }

    /// <summary>
    /// The keys of <c>config</c>, dotted where they nest, that name where this handler calls, reads keys or sends browsers: a limited
    /// rule source may only name what its limits list.
    /// </summary>
    IReadOnlyList<string> Destinations => [];

    /// <summary>Makes the handler for one rule; null, with the faults told, where it cannot be made.</summary>
    THandler? Prepare(HandlerPreparation preparation);
}

/// <summary>What a kind may know while it makes a handler.</summary>
/// <param name="Form">Whose answers are expected: the rule's form, for fallback error handlers that of the whole set.</param>
/// <param name="Rule">The rule that names the handler; null for the fallback error handlers.</param>
/// <param name="Config">The rule's <c>config</c> laid over the handler's global one; an empty mapping where neither exists.</param>
/// <param name="Where">File, line and key of the use, for faults that have no key of their own.</param>
/// <param name="Revision">Counts the rule sets that this process has tried to take.</param>
/// <param name="Faults">Where faults go: they keep the whole rule set from becoming active.</param>
internal sealed record HandlerPreparation(RuleForm Form, Rule? Rule, ConfigNode Config, HandlerUse Where, long Revision, ConfigFaults Faults)
{
    public bool TryRead<T>(Schema<T> schema, [MaybeNullWhen(false)] out T settings) => schema.TryRead(Config, Faults, out settings);

    /// <summary>For what is wrong with the use as a whole.</summary>
    public void Fault(string message) => Faults.Add(new ConfigFault(Where.File, Where.Line, Where.Key, message));

    /// <summary>For what is unsafe and yet usual in Oathkeeper's files: those go on with a warning, ours do not.</summary>
    public void Complain(string message)
    {
        if (Form == RuleForm.Oathkeeper)
        {
            Faults.Warn(Config, message);
        }
        else
        {
            Fault(message);
        }
    }
}
