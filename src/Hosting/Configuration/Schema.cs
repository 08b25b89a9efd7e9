using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace AuthProxy.Hosting.Configuration;

/// <summary>What an operator may write at one place, declared once: reads it, finds its faults, describes it.</summary>
public abstract class Schema
{
    private protected Schema()
    {
    }

    /// <summary>For faults and tables: <c>duration</c>, <c>list of text</c>.</summary>
    internal abstract string TypeName { get; }

    /// <summary>The text form that <see cref="JsonSchemaWriter"/> and defaults show; objects have none.</summary>
    internal abstract void WriteJson(JsonSchemaWriter writer);

    /// <summary>Rows for what lies below this place in the documentation's table; single values have none.</summary>
    internal virtual void WriteRows(MarkdownTable table, string key)
    {
    }

    /// <summary>Tells of keys that mean nothing, in a node that may be a part only: what is missing there is no fault.</summary>
    public virtual void FindUnknownKeys(ConfigNode node, ConfigFaults faults)
    {
    }

    /// <summary>JSON Schema 2020-12, for editors and tests.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="definitions">What is known of named parts; takes the place of what their declarations say.</param>
    public void WriteJsonSchema(Utf8JsonWriter writer, IReadOnlyDictionary<string, Schema>? definitions = null) =>
        new JsonSchemaWriter(writer, definitions).WriteDocument(this);

    /// <summary>The documentation's table: key, type, default, bounds, sentence.</summary>
    public void WriteMarkdown(TextWriter writer)
    {
        var table = new MarkdownTable(writer);
        table.WriteHead();
        WriteRows(table, "");
    }
}

public abstract class Schema<T> : Schema
{
    private protected Schema()
    {
    }

    /// <summary>False where the node has a fault, which is then in <paramref name="faults"/>.</summary>
    public abstract bool TryRead(ConfigNode node, ConfigFaults faults, [MaybeNullWhen(false)] out T value);

    /// <summary>The value, or the type's default where the node has a fault.</summary>
    public T? Read(ConfigNode node, ConfigFaults faults) => TryRead(node, faults, out var value) ? value : default;

    /// <summary>How a fault shows a value; null for values that are never shown.</summary>
    internal virtual string? Show(T value) => value?.ToString();

    private protected static bool Fail(ConfigNode node, ConfigFaults faults, string message, out T? value)
    {
        faults.Add(node, message);
        value = default;
        return false;
    }
}
