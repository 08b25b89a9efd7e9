using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace AuthProxy.Hosting.Configuration;

/// <summary>One node of what an operator wrote; it knows its place.</summary>
public abstract class ConfigNode
{
    private protected ConfigNode(string file, int line, string key, bool fromEnvironment)
    {
        File = file;
        Line = line;
        Key = key;
        IsFromEnvironment = fromEnvironment;
    }

    public string File { get; }

    /// <summary>For the value of a key the key's line, where a reader looks.</summary>
    public int Line { get; }

    /// <summary>Full path from the root, which itself has an empty one.</summary>
    public string Key { get; }

    public bool IsFromEnvironment { get; }

    /// <summary>What to call this node in a fault; never its content, which may be a secret.</summary>
    public string Kind => this switch
    {
        ConfigMapping => "a mapping",
        ConfigSequence => "a list",
        ConfigScalar { IsNull: true } => "empty",
        ConfigScalar => "a single value",
        _ => throw new UnreachableException(),
    };

    /// <summary><paramref name="over"/> laid over <paramref name="under"/>: mappings key by key to any depth, everything else replaced whole.</summary>
    public static ConfigNode Overlay(ConfigNode? under, ConfigNode? over)
    {
        if (under is not ConfigMapping below || over is not ConfigMapping above)
        {
            return over ?? under ?? throw new ArgumentNullException(nameof(over));
        }

        var entries = new OrderedDictionary<string, ConfigNode>(below.Entries, StringComparer.Ordinal);
        foreach (var (name, value) in above.Entries)
        {
            entries[name] = Overlay(entries.GetValueOrDefault(name), value);
        }

        return new ConfigMapping(above.File, above.Line, above.Key, entries, above.IsFromEnvironment);
    }

    /// <summary>The node as JSON: plain scalars by YAML's core schema, quoted ones as text.</summary>
    public void WriteJson(Utf8JsonWriter writer)
    {
        switch (this)
        {
            case ConfigMapping mapping:
                writer.WriteStartObject();
                foreach (var (name, value) in mapping.Entries)
                {
                    writer.WritePropertyName(name);
                    value.WriteJson(writer);
                }

                writer.WriteEndObject();
                break;
            case ConfigSequence sequence:
                writer.WriteStartArray();
                foreach (var item in sequence.Items)
                {
                    item.WriteJson(writer);
                }

                writer.WriteEndArray();
                break;
            case ConfigScalar scalar:
                scalar.WriteJsonValue(writer);
                break;
            default:
                throw new UnreachableException();
        }
    }

    internal abstract ConfigNode At(string key, int line);

    internal static string Join(string key, string name) => key.Length == 0 ? name : $"{key}.{name}";

    internal static string Join(string key, int index) => string.Create(CultureInfo.InvariantCulture, $"{key}[{index}]");
}

public enum ConfigScalarType
{
    Null,
    Boolean,
    Integer,
    Number,
    Text,
}

public sealed class ConfigScalar : ConfigNode
{
    public ConfigScalar(string file, int line, string key, string text, bool isPlain, bool fromEnvironment = false)
        : base(file, line, key, fromEnvironment)
    {
        Text = text;
        IsPlain = isPlain;
    }

    public string Text { get; }

    /// <summary>Written without quotes, so that YAML gives it a type by its look.</summary>
    public bool IsPlain { get; }

    public bool IsNull => Type == ConfigScalarType.Null;

    public ConfigScalarType Type => !IsPlain ? ConfigScalarType.Text : Text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => ConfigScalarType.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => ConfigScalarType.Boolean,
        _ when long.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => ConfigScalarType.Integer,
        _ when IsDecimal(Text) => ConfigScalarType.Number,
        _ => ConfigScalarType.Text,
    };

    internal override ConfigScalar At(string key, int line) => new(File, line, key, Text, IsPlain, IsFromEnvironment);

    internal void WriteJsonValue(Utf8JsonWriter writer)
    {
        switch (Type)
        {
            case ConfigScalarType.Null:
                writer.WriteNullValue();
                break;
            case ConfigScalarType.Boolean:
                writer.WriteBooleanValue(Text[0] is 't' or 'T');
                break;
            case ConfigScalarType.Integer:
                writer.WriteNumberValue(long.Parse(Text, CultureInfo.InvariantCulture));
                break;
            case ConfigScalarType.Number:
                writer.WriteNumberValue(double.Parse(Text, CultureInfo.InvariantCulture));
                break;
            default:
                writer.WriteStringValue(Text);
                break;
        }
    }

    // ".inf" and ".nan" are numbers in YAML, but none that JSON or a setting can use: they stay text.
    private static bool IsDecimal(string text) =>
        (char.IsAsciiDigit(text[^1]) || text[^1] == '.') && text.IndexOfAnyExcept("0123456789+-.eE".AsSpan()) < 0
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value);
}

public sealed class ConfigSequence : ConfigNode
{
    public ConfigSequence(string file, int line, string key, IReadOnlyList<ConfigNode> items, bool fromEnvironment = false)
        : base(file, line, key, fromEnvironment) => Items = items;

    public IReadOnlyList<ConfigNode> Items { get; }

    internal override ConfigSequence At(string key, int line) =>
        new(File, line, key, [.. Items.Select((item, index) => item.At(Join(key, index), line))], IsFromEnvironment);
}

public sealed class ConfigMapping : ConfigNode
{
    private readonly OrderedDictionary<string, ConfigNode> _entries;

    public ConfigMapping(string file, int line, string key, OrderedDictionary<string, ConfigNode> entries, bool fromEnvironment = false)
        : base(file, line, key, fromEnvironment) => _entries = entries;

    /// <summary>In the order in which they were written.</summary>
    public IReadOnlyDictionary<string, ConfigNode> Entries => _entries;

    public ConfigNode? this[string name] => _entries.GetValueOrDefault(name);

    internal override ConfigMapping At(string key, int line)
    {
        var moved = new OrderedDictionary<string, ConfigNode>(_entries.Count, StringComparer.Ordinal);
        foreach (var (name, value) in _entries)
        {
            moved.Add(name, value.At(Join(key, name), line));
        }

        return new ConfigMapping(File, line, key, moved, IsFromEnvironment);
    }
}
