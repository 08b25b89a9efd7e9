namespace AuthProxy.Hosting.Configuration;

/// <summary>Collects the keys of one mapping while it is declared.</summary>
public sealed class ObjectDeclaration
{
    private readonly List<Setting> _settings = [];
    private readonly Dictionary<string, (string Why, bool IsRefused)> _withoutEffect = new(StringComparer.Ordinal);

    internal IReadOnlyList<Setting> Settings => _settings;

    internal IReadOnlyDictionary<string, (string Why, bool IsRefused)> WithoutEffect => _withoutEffect;

    public Setting<string> Text(string name, string sentence) => Value(name, Declare.Text, sentence);

    public Setting<int> Integer(string name, string sentence) => Value(name, Declare.Integer, sentence);

    public Setting<double> Number(string name, string sentence) => Value(name, Declare.Number, sentence);

    public Setting<bool> Boolean(string name, string sentence) => Value(name, Declare.Boolean, sentence);

    public Setting<TimeSpan> Duration(string name, string sentence) => Value(name, Declare.Duration, sentence);

    public Setting<long> Bytes(string name, string sentence) => Value(name, Declare.Bytes, sentence);

    public Setting<string> Path(string name, string sentence) => Value(name, Declare.Path, sentence);

    /// <summary>An absolute address; without <paramref name="schemes"/> of http or https.</summary>
    public Setting<Uri> Url(string name, string sentence, params string[] schemes) => Value(name, Declare.Url(schemes), sentence);

    public Setting<T> Choice<T>(string name, string sentence, params (string Word, T Value)[] choices) => Value(name, Declare.Choice(choices), sentence);

    /// <summary>A secret: also as <c>name_file</c>.</summary>
    public Setting<Secret> Secret(string name, string sentence) => Add(new SecretSetting(this, name, sentence));

    /// <summary>Empty where the key is absent.</summary>
    public Setting<IReadOnlyList<T>> List<T>(string name, Schema<T> item, string sentence) =>
        Value(name, Declare.List(item), sentence).WhenAbsent((parent, key) => new ConfigSequence(parent.File, parent.Line, key, []));

    /// <summary>Empty where the key is absent. <paramref name="what"/> says what the keys are.</summary>
    public Setting<IReadOnlyDictionary<string, T>> Map<T>(string name, string what, Schema<T> item, string sentence) =>
        Value(name, Declare.Map(what, item), sentence).WhenAbsent(EmptyMapping);

    /// <summary>A section with keys of its own; absent, it is read as an empty one, so that its defaults hold.</summary>
    public Setting<T> Object<T>(string name, Schema<T> schema, string sentence) => Value(name, schema, sentence).WhenAbsent(EmptyMapping);

    /// <summary>Kept as written, for a handler that reads it by its own schema.</summary>
    public Setting<ConfigNode> Raw(string name, string sentence) => Value(name, Declare.Raw, sentence);

    public Setting<T> Value<T>(string name, Schema<T> schema, string sentence) => Add(new Setting<T>(this, name, schema, sentence));

    /// <summary>A key of other products that is accepted, with a warning, and does nothing here.</summary>
    public void Accepted(string name, string why) => _withoutEffect.Add(name, (why, false));

    /// <summary>A key of other products that matters for security and that we lack: a fault that says so.</summary>
    public void Refused(string name, string why) => _withoutEffect.Add(name, (why, true));

    internal void Replace(Setting old, Setting with)
    {
        with.Index = old.Index;
        _settings[old.Index] = with;
    }

    private Setting<T> Add<T>(Setting<T> setting)
    {
        if (_settings.Any(known => known.Names.Intersect(setting.Names, StringComparer.Ordinal).Any()))
        {
            throw new ArgumentException($"the key {setting.Name} is declared twice");
        }

        setting.Index = _settings.Count;
        _settings.Add(setting);
        return setting;
    }

    private static ConfigMapping EmptyMapping(ConfigNode parent, string key) =>
        new(parent.File, parent.Line, key, new OrderedDictionary<string, ConfigNode>(StringComparer.Ordinal));
}
