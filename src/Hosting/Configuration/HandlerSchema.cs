namespace AuthProxy.Hosting.Configuration;

/// <summary>
/// A handler as files name it, with the settings that this very handler takes: what an editor needs to complete them. The files themselves
/// are read without it, because only the service that loads them knows its handlers.
/// </summary>
/// <param name="section">What kind of handlers they are, such as <c>authenticators</c>.</param>
/// <param name="handlers">Their names and the schemas of their <c>config</c>.</param>
/// <param name="byName">Whether the name alone may stand in place of the mapping.</param>
public sealed class HandlerSchema(string section, SortedDictionary<string, Schema> handlers, bool byName) : Schema
{
    /// <summary>Whether several may stand in place of one, combined by <c>all_of</c>, <c>any_of</c> and <c>not</c>.</summary>
    public bool Combines { get; init; }

    internal override string TypeName => "handler";

    internal override void WriteJson(JsonSchemaWriter writer)
    {
        if (byName)
        {
            Schema[] forms = [new Name(handlers.Keys), new HandlerSchema(section, handlers, byName: false)];
            writer.AnyOf(Combines ? [.. forms, new Combination(section, this)] : forms);
        }
        else
        {
            // In part: what a rule's config lacks may stand in the service's own file.
            writer.Handlers(handlers.Keys, name => writer.Reference($"{section}.{name}", () => new Part(handlers[name])));
        }
    }

    private sealed class Combination(string section, Schema part) : Schema
    {
        internal override string TypeName => "combination";

        internal override void WriteJson(JsonSchemaWriter writer) => writer.Combination(["all_of", "any_of"], "not", () => writer.Reference(section, () => part));
    }

    private sealed class Name(IEnumerable<string> names) : Schema
    {
        internal override string TypeName => "name";

        internal override void WriteJson(JsonSchemaWriter writer) => writer.Enum(names);
    }

    private sealed class Part(Schema whole) : Schema
    {
        internal override string TypeName => whole.TypeName;

        internal override void WriteJson(JsonSchemaWriter writer) => writer.Part(whole);
    }
}
