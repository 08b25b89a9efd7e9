using System.Diagnostics.CodeAnalysis;

namespace AuthProxy.Hosting.Configuration;

internal static class ObjectSchema
{
    /// <summary>The node as a mapping: an empty section counts as one, and so does flow YAML in an environment variable.</summary>
    public static ConfigMapping? AsMapping(ConfigNode node, ConfigFaults faults) => node switch
    {
        ConfigMapping mapping => mapping,
        ConfigScalar { IsNull: true } => new ConfigMapping(node.File, node.Line, node.Key, new OrderedDictionary<string, ConfigNode>(StringComparer.Ordinal), node.IsFromEnvironment),
        ConfigScalar { IsFromEnvironment: true } scalar when scalar.Text.TrimStart().StartsWith('{') => ConfigReader.ReadFlow(scalar, faults) as ConfigMapping,
        _ => null,
    };
}

/// <summary>A mapping with declared keys.</summary>
internal sealed class ObjectSchema<T> : Schema<T>
{
    private readonly string _name;
    private readonly string _sentence;
    private readonly ObjectDeclaration _declaration = new();
    private readonly Func<ObjectReading, T> _make;
    private readonly string[] _names;

    public ObjectSchema(string name, string sentence, Func<ObjectDeclaration, Func<ObjectReading, T>> declare)
    {
        _name = name;
        _sentence = sentence;
        _make = declare(_declaration);
        _names = [.. _declaration.Settings.SelectMany(setting => setting.Names)];
    }

    internal override string TypeName => _name;

    public override bool TryRead(ConfigNode node, ConfigFaults faults, [MaybeNullWhen(false)] out T value)
    {
        if (ObjectSchema.AsMapping(node, faults) is not { } mapping)
        {
            return Fail(node, faults, $"is {node.Kind}; write a mapping ({string.Join(", ", _names.Take(8))}{(_names.Length > 8 ? ", …" : "")})", out value);
        }

        var before = faults.Count;
        var values = new object?[_declaration.Settings.Count];
        foreach (var setting in _declaration.Settings)
        {
            setting.Read(mapping, faults, out values[setting.Index]);
        }

        ReportKeysWithoutMeaning(mapping, faults);
        value = faults.Count == before ? _make(new ObjectReading(mapping, values, faults)) : default;
        return faults.Count == before;
    }

    public override void FindUnknownKeys(ConfigNode node, ConfigFaults faults)
    {
        if (node is not ConfigMapping mapping)
        {
            return;
        }

        ReportKeysWithoutMeaning(mapping, faults);
        foreach (var setting in _declaration.Settings)
        {
            setting.FindUnknownKeys(mapping, faults);
        }
    }

    internal override string? Show(T value) => null;

    internal override void WriteJson(JsonSchemaWriter writer) => writer.Object(_name, _sentence, _declaration.Settings, _declaration.WithoutEffect);

    internal override void WriteRows(MarkdownTable table, string key)
    {
        foreach (var setting in _declaration.Settings)
        {
            setting.WriteRow(table, key);
        }
    }

    // "audience" for "audiences" must not mean "no audience check".
    private void ReportKeysWithoutMeaning(ConfigMapping mapping, ConfigFaults faults)
    {
        foreach (var (name, node) in mapping.Entries)
        {
            if (_names.AsSpan().Contains(name))
            {
                continue;
            }

            if (!_declaration.WithoutEffect.TryGetValue(name, out var known))
            {
                faults.Add(node, "is not a known key" + Suggestion.For(name, _names));
            }
            else if (known.IsRefused)
            {
                faults.Add(node, $"is not supported: {known.Why}");
            }
            else
            {
                faults.Warn(node, $"has no effect: {known.Why}");
            }
        }
    }
}
