using System.Diagnostics.CodeAnalysis;

namespace AuthProxy.Hosting.Configuration;

internal sealed class ListSchema<T>(Schema<T> item) : Schema<IReadOnlyList<T>>
{
    internal override string TypeName => $"list of {item.TypeName}";

    public override bool TryRead(ConfigNode node, ConfigFaults faults, [MaybeNullWhen(false)] out IReadOnlyList<T> value)
    {
        if (node is ConfigScalar { IsFromEnvironment: true } written && written.Text.TrimStart().StartsWith('['))
        {
            node = ConfigReader.ReadFlow(written, faults) ?? node;
        }

        if (node is not ConfigSequence sequence)
        {
            return Fail(node, faults, $"is {node.Kind}; write a list of {item.TypeName}", out value);
        }

        var items = new List<T>(sequence.Items.Count);
        var sound = true;
        foreach (var one in sequence.Items)
        {
            if (item.TryRead(one, faults, out var read))
            {
                items.Add(read);
            }
            else
            {
                sound = false;
            }
        }

        value = items;
        return sound;
    }

    public override void FindUnknownKeys(ConfigNode node, ConfigFaults faults)
    {
        foreach (var one in node is ConfigSequence sequence ? sequence.Items : [])
        {
            item.FindUnknownKeys(one, faults);
        }
    }

    internal override string? Show(IReadOnlyList<T> value) => value.Count == 0 ? "empty" : $"a list of {value.Count}";

    internal override void WriteJson(JsonSchemaWriter writer)
    {
        writer.Type("array");
        writer.Nested("items", item);
    }

    internal override void WriteRows(MarkdownTable table, string key) => item.WriteRows(table, key + "[]");
}

internal sealed class MapSchema<T>(Schema<T> item, string what) : Schema<IReadOnlyDictionary<string, T>>
{
    internal override string TypeName => $"map of {what} to {item.TypeName}";

    public override bool TryRead(ConfigNode node, ConfigFaults faults, [MaybeNullWhen(false)] out IReadOnlyDictionary<string, T> value)
    {
        if (ObjectSchema.AsMapping(node, faults) is not { } mapping)
        {
            return Fail(node, faults, $"is {node.Kind}; write a mapping of {what} to {item.TypeName}", out value);
        }

        var entries = new OrderedDictionary<string, T>(StringComparer.Ordinal);
        var sound = true;
        foreach (var (name, one) in mapping.Entries)
        {
            if (item.TryRead(one, faults, out var read))
            {
                entries.Add(name, read);
            }
            else
            {
                sound = false;
            }
        }

        value = entries;
        return sound;
    }

    public override void FindUnknownKeys(ConfigNode node, ConfigFaults faults)
    {
        foreach (var one in node is ConfigMapping mapping ? mapping.Entries.Values : [])
        {
            item.FindUnknownKeys(one, faults);
        }
    }

    internal override string? Show(IReadOnlyDictionary<string, T> value) => value.Count == 0 ? "empty" : $"a mapping of {value.Count}";

    internal override void WriteJson(JsonSchemaWriter writer)
    {
        writer.Type("object");
        writer.Nested("additionalProperties", item);
    }

    internal override void WriteRows(MarkdownTable table, string key) => item.WriteRows(table, ConfigNode.Join(key, $"<{what}>"));
}
