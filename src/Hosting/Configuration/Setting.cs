using System.Diagnostics.CodeAnalysis;

namespace AuthProxy.Hosting.Configuration;

/// <summary>One key of a mapping.</summary>
public abstract class Setting
{
    private protected Setting(ObjectDeclaration owner, string name, string sentence)
    {
        Owner = owner;
        Name = name;
        Sentence = sentence;
    }

    public string Name { get; }

    public string Sentence { get; }

    internal ObjectDeclaration Owner { get; }

    internal int Index { get; set; }

    /// <summary>The keys under which it may be written; a secret has two.</summary>
    internal virtual IReadOnlyList<string> Names => [Name];

    internal abstract bool IsRequired { get; }

    internal abstract bool Read(ConfigMapping parent, ConfigFaults faults, out object? value);

    internal abstract void FindUnknownKeys(ConfigMapping parent, ConfigFaults faults);

    internal abstract void WriteProperty(JsonSchemaWriter writer);

    internal abstract void WriteRow(MarkdownTable table, string parentKey);
}

/// <summary>One key and the type of its value. Required until it is given a default or made optional.</summary>
public class Setting<T> : Setting
{
    private readonly List<SettingCheck<T>> _checks = [];
    private Func<ConfigNode, string, ConfigNode>? _whenAbsent;
    private bool _optional;
    private string? _example;

    internal Setting(ObjectDeclaration owner, string name, Schema<T> schema, string sentence)
        : base(owner, name, sentence) => Schema = schema;

    internal Schema<T> Schema { get; }

    internal override bool IsRequired
    {
        get
        {
            if (_optional)
            {
                return false;
            }

            // A list that may not be empty, or a section with required keys, is required although it has something to read when absent.
            var empty = new ConfigMapping("", 0, "", new OrderedDictionary<string, ConfigNode>(StringComparer.Ordinal));
            return !Read(empty, new ConfigFaults(), out _);
        }
    }

    /// <summary>Used when the key is absent; written as an operator would write it, and documented so.</summary>
    public Setting<T> Default(string written)
    {
        _whenAbsent = (parent, key) => new ConfigScalar(parent.File, parent.Line, key, written, isPlain: written.Length > 0);
        return this;
    }

    /// <summary>Keeps the value within a bound that it shares with the documentation: <c>at most 5m</c>.</summary>
    public Setting<T> Must(Func<T, bool> passes, string bound)
    {
        _checks.Add(new SettingCheck<T>(passes, bound, null));
        return this;
    }

    /// <summary>The bound is written as an operator would write the value.</summary>
    public Setting<T> AtLeast(string written) => Bounded(written, "at least", sign => sign >= 0, "minimum");

    /// <inheritdoc cref="AtLeast(string)"/>
    public Setting<T> AtMost(string written) => Bounded(written, "at most", sign => sign <= 0, "maximum");

    /// <summary>Shown in the JSON Schema and the table.</summary>
    public Setting<T> Example(string written)
    {
        _example = written;
        return this;
    }

    internal Setting<T> WhenAbsent(Func<ConfigNode, string, ConfigNode> node)
    {
        _whenAbsent = node;
        return this;
    }

    internal Setting<T> MakeOptional()
    {
        _optional = true;
        _whenAbsent = null;
        return this;
    }

    /// <summary>The same setting for a value type that may be absent.</summary>
    internal Setting<TOptional> MakeOptional<TOptional>(Func<T, TOptional> wrap, Func<TOptional, T> unwrap)
    {
        var setting = new Setting<TOptional>(Owner, Name, new WrappedSchema<T, TOptional>(Schema, wrap, unwrap), Sentence) { _example = _example };
        foreach (var check in _checks)
        {
            setting._checks.Add(new SettingCheck<TOptional>(value => check.Passes(unwrap(value)), check.Bound, check.Keyword));
        }

        Owner.Replace(this, setting);
        return setting.MakeOptional();
    }

    internal override bool Read(ConfigMapping parent, ConfigFaults faults, out object? value)
    {
        value = null;
        if ((parent[Name] ?? _whenAbsent?.Invoke(parent, ConfigNode.Join(parent.Key, Name))) is { } node)
        {
            return ReadNode(node, faults, out value);
        }

        if (!_optional)
        {
            faults.Add(new ConfigFault(parent.File, parent.Line, ConfigNode.Join(parent.Key, Name), $"is missing; write {Schema.TypeName}"));
        }

        return _optional;
    }

    internal override void FindUnknownKeys(ConfigMapping parent, ConfigFaults faults)
    {
        if (parent[Name] is { } node)
        {
            Schema.FindUnknownKeys(node, faults);
        }
    }

    private protected bool ReadNode(ConfigNode node, ConfigFaults faults, out object? value)
    {
        value = null;
        return Schema.TryRead(node, faults, out var read) && Passes(node, read, faults, out value);
    }

    private protected bool Passes(ConfigNode node, T read, ConfigFaults faults, out object? value)
    {
        value = read;
        foreach (var check in _checks)
        {
            if (!check.Passes(read))
            {
                faults.Add(node, $"is {Schema.Show(read) ?? "not right"}; {check.Bound}");
                return false;
            }
        }

        return true;
    }

    internal override void WriteProperty(JsonSchemaWriter writer)
    {
        writer.StartProperty(Name, string.Join("; ", [Sentence.TrimEnd('.'), .. _checks.Select(check => check.Bound)]) + ".");
        Schema.WriteJson(writer);
        foreach (var check in _checks)
        {
            check.WriteJson(writer);
        }

        writer.Default(AbsentScalar);
        writer.Example(_example);
        writer.EndProperty();
    }

    internal override void WriteRow(MarkdownTable table, string parentKey)
    {
        var key = ConfigNode.Join(parentKey, Name);
        table.WriteRow(key, Schema.TypeName, AbsentScalar?.Text ?? (IsRequired ? "required" : ""), string.Join("; ", _checks.Select(check => check.Bound)), Sentence);
        Schema.WriteRows(table, key);
    }

    private ConfigScalar? AbsentScalar =>
        _whenAbsent?.Invoke(new ConfigScalar("", 0, "", "", isPlain: true), Name) as ConfigScalar;

    private Setting<T> Bounded(string written, string words, Func<int, bool> fits, string keyword)
    {
        var faults = new ConfigFaults();
        if (!Schema.TryRead(new ConfigScalar("", 0, Name, written, isPlain: true), faults, out var bound))
        {
            throw new ArgumentException(string.Join("; ", faults), nameof(written));
        }

        _checks.Add(new SettingCheck<T>(value => fits(Comparer<T>.Default.Compare(value, bound)), $"{words} {written}", bound is int or long or double ? (keyword, written) : null));
        return this;
    }
}

/// <param name="Keyword">The JSON Schema keyword that says the same, where there is one.</param>
internal sealed record SettingCheck<T>(Func<T, bool> Passes, string Bound, (string Name, string Number)? Keyword)
{
    public void WriteJson(JsonSchemaWriter writer)
    {
        if (Keyword is { } keyword)
        {
            writer.Number(keyword.Name, keyword.Number);
        }
    }
}

internal sealed class WrappedSchema<T, TOptional>(Schema<T> inner, Func<T, TOptional> wrap, Func<TOptional, T> unwrap) : Schema<TOptional>
{
    internal override string TypeName => inner.TypeName;

    public override bool TryRead(ConfigNode node, ConfigFaults faults, [MaybeNullWhen(false)] out TOptional value)
    {
        var sound = inner.TryRead(node, faults, out var read);
        value = sound ? wrap(read!) : default;
        return sound;
    }

    public override void FindUnknownKeys(ConfigNode node, ConfigFaults faults) => inner.FindUnknownKeys(node, faults);

    internal override string? Show(TOptional value) => inner.Show(unwrap(value));

    internal override void WriteJson(JsonSchemaWriter writer) => inner.WriteJson(writer);

    internal override void WriteRows(MarkdownTable table, string key) => inner.WriteRows(table, key);
}
