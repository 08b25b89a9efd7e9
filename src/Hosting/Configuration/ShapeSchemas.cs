using System.Diagnostics.CodeAnalysis;

namespace AuthProxy.Hosting.Configuration;

/// <summary>Anything, kept as written; whoever uses it reads it by a schema of its own.</summary>
internal sealed class RawSchema : Schema<ConfigNode>
{
    internal override string TypeName => "anything";

    public override bool TryRead(ConfigNode node, ConfigFaults faults, [MaybeNullWhen(false)] out ConfigNode value)
    {
        value = node;
        return true;
    }

    internal override string? Show(ConfigNode value) => null;

    internal override void WriteJson(JsonSchemaWriter writer)
    {
    }
}

/// <summary>A short form beside the long one, told apart by shape alone.</summary>
internal sealed class ShapeSchema<T>(Schema<T>? scalar, Schema<T>? list, Schema<T>? mapping) : Schema<T>
{
    private IEnumerable<Schema<T>> All => new[] { scalar, list, mapping }.OfType<Schema<T>>();

    internal override string TypeName => string.Join(" or ", All.Select(schema => schema.TypeName));

    public override bool TryRead(ConfigNode node, ConfigFaults faults, [MaybeNullWhen(false)] out T value)
    {
        if (ShapeOf(node) is { } schema)
        {
            return schema.TryRead(node, faults, out value);
        }

        return Fail(node, faults, $"is {node.Kind}; write {TypeName}", out value);
    }

    public override void FindUnknownKeys(ConfigNode node, ConfigFaults faults) => ShapeOf(node)?.FindUnknownKeys(node, faults);

    internal override void WriteJson(JsonSchemaWriter writer) => writer.AnyOf(All);

    internal override void WriteRows(MarkdownTable table, string key)
    {
        foreach (var schema in All)
        {
            schema.WriteRows(table, key);
        }
    }

    private Schema<T>? ShapeOf(ConfigNode node) => node switch
    {
        ConfigScalar { IsFromEnvironment: true } text when list is not null && text.Text.TrimStart().StartsWith('[') => list,
        ConfigScalar { IsFromEnvironment: true } text when mapping is not null && text.Text.TrimStart().StartsWith('{') => mapping,
        ConfigScalar => scalar,
        ConfigSequence => list,
        _ => mapping,
    };
}

/// <summary>A schema whose values are turned into something else, possibly with faults of their own.</summary>
internal sealed class ConvertedSchema<TFrom, T>(Schema<TFrom> from, Func<TFrom, ConfigNode, ConfigFaults, T?> convert) : Schema<T>
{
    internal override string TypeName => from.TypeName;

    public override bool TryRead(ConfigNode node, ConfigFaults faults, [MaybeNullWhen(false)] out T value)
    {
        var before = faults.Count;
        value = from.TryRead(node, faults, out var read) ? convert(read, node, faults) : default;
        return faults.Count == before;
    }

    public override void FindUnknownKeys(ConfigNode node, ConfigFaults faults) => from.FindUnknownKeys(node, faults);

    internal override string? Show(T value) => null;

    internal override void WriteJson(JsonSchemaWriter writer) => from.WriteJson(writer);

    internal override void WriteRows(MarkdownTable table, string key) => from.WriteRows(table, key);
}

/// <summary>A part that schemas of files refer to by name: whoever knows more of it may say so there (<see cref="SchemaCatalogue.Define"/>).</summary>
internal sealed class NamedSchema<T>(string name, Schema<T> schema) : Schema<T>
{
    internal override string TypeName => schema.TypeName;

    public override bool TryRead(ConfigNode node, ConfigFaults faults, [MaybeNullWhen(false)] out T value) => schema.TryRead(node, faults, out value);

    internal override string? Show(T value) => schema.Show(value);

    internal override void WriteJson(JsonSchemaWriter writer) => writer.Reference(name, () => schema);

    internal override void WriteRows(MarkdownTable table, string key) => schema.WriteRows(table, key);
}

/// <summary>A schema that contains itself: named once, referred to from then on.</summary>
internal sealed class DeferredSchema<T>(string name, Func<Schema<T>> schema) : Schema<T>
{
    private readonly Lazy<Schema<T>> _schema = new(schema);

    internal override string TypeName => name;

    public override bool TryRead(ConfigNode node, ConfigFaults faults, [MaybeNullWhen(false)] out T value) => _schema.Value.TryRead(node, faults, out value);

    public override void FindUnknownKeys(ConfigNode node, ConfigFaults faults) => _schema.Value.FindUnknownKeys(node, faults);

    internal override string? Show(T value) => null;

    internal override void WriteJson(JsonSchemaWriter writer) => writer.Reference(name, () => _schema.Value);
}
