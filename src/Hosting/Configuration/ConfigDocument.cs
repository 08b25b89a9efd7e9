using System.Collections;

namespace AuthProxy.Hosting.Configuration;

/// <summary>One service's configuration: its file with the environment over it.</summary>
public sealed class ConfigDocument
{
    private ConfigDocument(ConfigNode root, ConfigFaults faults)
    {
        Root = root;
        Faults = faults;
    }

    public ConfigNode Root { get; }

    /// <summary>Everything found so far; reading by a schema adds to it.</summary>
    public ConfigFaults Faults { get; }

    /// <param name="path">Null where the environment alone configures the service.</param>
    /// <param name="prefix">Of environment variables: <c>AUTHPROXY</c> or <c>TOKENIZER</c>.</param>
    public static ConfigDocument Load(string? path, string prefix, IReadOnlyDictionary<string, string> environment)
    {
        var faults = new ConfigFaults();
        var roots = path is null ? [] : ConfigReader.ReadFile(path, faults);
        return Build(path ?? "environment", roots, prefix, environment, faults);
    }

    public static ConfigDocument Parse(string text, string file, string prefix, IReadOnlyDictionary<string, string> environment)
    {
        var faults = new ConfigFaults();
        return Build(file, ConfigReader.ReadText(text, file, faults), prefix, environment, faults);
    }

    /// <summary>The variables of this process.</summary>
    public static IReadOnlyDictionary<string, string> ProcessEnvironment() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);

    /// <summary>Null where anything is wrong; then <see cref="Faults"/> says what, all of it.</summary>
    public T? Read<T>(Schema<T> schema)
        where T : class => schema.TryRead(Root, Faults, out var value) && !Faults.Any ? value : null;

    private static ConfigDocument Build(string file, IReadOnlyList<ConfigNode> roots, string prefix, IReadOnlyDictionary<string, string> environment, ConfigFaults faults)
    {
        if (roots.Count > 1)
        {
            faults.Add(new ConfigFault(file, roots[1].Line, "", "the file holds several documents; keep one"));
        }

        var root = roots.Count > 0 && roots[0] is not ConfigScalar { IsNull: true }
            ? roots[0]
            : new ConfigMapping(file, 1, "", new OrderedDictionary<string, ConfigNode>(StringComparer.Ordinal));
        return new ConfigDocument(EnvironmentOverlay.Read(prefix, environment, faults).Over(root, faults), faults);
    }
}
