using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Rules.Loading;

/// <summary>Something that a rule may also refuse to take over from its file's defaults, by the word <c>none</c>.</summary>
/// <param name="Value">Null where <c>none</c> is written.</param>
internal sealed record OrNone<T>(T? Value)
    where T : class;

internal static class OrNoneSchema
{
    public static Schema<OrNone<T>> OrNone<T>(this Schema<T> schema)
        where T : class => Declare.OneOf(
            scalar: Declare.Choice(("none", new OrNone<T>(null))),
            mapping: schema.Select(value => new OrNone<T>(value)));
}
