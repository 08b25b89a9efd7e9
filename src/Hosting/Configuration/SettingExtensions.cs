using System.Globalization;

namespace AuthProxy.Hosting.Configuration;

/// <summary>What settings of some types can say in addition.</summary>
public static class SettingExtensions
{
    public static Setting<int> Default(this Setting<int> setting, int value) => setting.Default(value.ToString(CultureInfo.InvariantCulture));

    public static Setting<bool> Default(this Setting<bool> setting, bool value) => setting.Default(value ? "true" : "false");

    public static Setting<int> AtLeast(this Setting<int> setting, int value) => setting.AtLeast(value.ToString(CultureInfo.InvariantCulture));

    public static Setting<int> AtMost(this Setting<int> setting, int value) => setting.AtMost(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>What the list holds where the key is absent.</summary>
    public static Setting<IReadOnlyList<T>> DefaultItems<T>(this Setting<IReadOnlyList<T>> setting, params string[] written) =>
        setting.WhenAbsent((parent, key) => new ConfigSequence(parent.File, parent.Line, key,
            [.. written.Select((text, index) => new ConfigScalar(parent.File, parent.Line, ConfigNode.Join(key, index), text, isPlain: true))]));

    public static Setting<IReadOnlyList<T>> NotEmpty<T>(this Setting<IReadOnlyList<T>> setting, string advice) =>
        setting.Must(list => list.Count > 0, advice);

    public static Setting<IReadOnlyDictionary<string, T>> NotEmpty<T>(this Setting<IReadOnlyDictionary<string, T>> setting, string advice) =>
        setting.Must(map => map.Count > 0, advice);

    public static Setting<string> NotEmpty(this Setting<string> setting, string advice) =>
        setting.Must(text => text.Length > 0, advice);
}

/// <summary>Settings that may be absent: their value is then null.</summary>
public static class OptionalReferences
{
    public static Setting<T?> Optional<T>(this Setting<T> setting)
        where T : class => setting.MakeOptional()!;
}

/// <inheritdoc cref="OptionalReferences"/>
public static class OptionalValues
{
    public static Setting<T?> Optional<T>(this Setting<T> setting)
        where T : struct => setting.MakeOptional<T?>(value => value, value => value!.Value);
}
