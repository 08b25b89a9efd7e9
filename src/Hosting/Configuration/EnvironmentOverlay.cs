using System.Globalization;

namespace AuthProxy.Hosting.Configuration;

/// <summary>
/// Lays <c>AUTHPROXY__SERVE__PROXY__PORT=4455</c> over <c>serve.proxy.port</c>. A name with single underscores is one of Kubernetes' own
/// (<c>AUTHPROXY_SERVICE_HOST</c>) and is left alone. A name that fits no key is found like any unknown key, and the fault names the variable.
/// </summary>
internal sealed class EnvironmentOverlay
{
    private const string Separator = "__";
    private readonly Branch _root = new();

    private EnvironmentOverlay()
    {
    }

    public static EnvironmentOverlay Read(string prefix, IReadOnlyDictionary<string, string> environment, ConfigFaults faults)
    {
        var overlay = new EnvironmentOverlay();
        foreach (var (name, value) in environment.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            if (name.StartsWith(prefix + Separator, StringComparison.Ordinal))
            {
                overlay.Add(name, name[(prefix.Length + Separator.Length)..].Split(Separator), value, faults);
            }
        }

        return overlay;
    }

    public ConfigNode Over(ConfigNode root, ConfigFaults faults) => _root.Children.Count == 0 ? root : Over(_root, root, "", faults);

    private void Add(string variable, string[] path, string value, ConfigFaults faults)
    {
        if (path.Any(part => part.Length == 0))
        {
            faults.Add(new ConfigFault(FileOf(variable), 0, "", "the name has an empty part; write PREFIX__KEY__KEY"));
            return;
        }

        var branch = _root;
        foreach (var part in path)
        {
            if (branch.Value is not null)
            {
                break;
            }

            if (!branch.Children.TryGetValue(part, out var child))
            {
                branch.Children[part] = child = new Branch { Variable = variable };
            }

            branch = child;
        }

        if (branch.Value is not null || branch.Children.Count > 0)
        {
            faults.Add(new ConfigFault(FileOf(variable), 0, "", $"the variable overlaps with {branch.Variable}; set one of them"));
            return;
        }

        branch.Value = value;
    }

    private static ConfigNode Over(Branch branch, ConfigNode? under, string key, ConfigFaults faults)
    {
        if (branch.Value is { } value)
        {
            return new ConfigScalar(FileOf(branch.Variable), 0, key, value, isPlain: true, fromEnvironment: true);
        }

        var numbered = branch.Children.Keys.All(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _));
        return numbered && under is ConfigSequence or null or ConfigScalar { IsNull: true } && numbered
            ? OverList(branch, under as ConfigSequence, key, faults)
            : OverMapping(branch, under as ConfigMapping, key, faults);
    }

    private static ConfigSequence OverList(Branch branch, ConfigSequence? under, string key, ConfigFaults faults)
    {
        var items = under?.Items.ToList() ?? [];
        foreach (var (name, child) in branch.Children.OrderBy(child => int.Parse(child.Key, CultureInfo.InvariantCulture)))
        {
            var index = int.Parse(name, CultureInfo.InvariantCulture);
            if (index > items.Count)
            {
                faults.Add(new ConfigFault(FileOf(child.Variable), 0, key, $"has {items.Count} items; the next one is number {items.Count}"));
                continue;
            }

            var item = Over(child, index < items.Count ? items[index] : null, ConfigNode.Join(key, index), faults);
            if (index < items.Count)
            {
                items[index] = item;
            }
            else
            {
                items.Add(item);
            }
        }

        return new ConfigSequence(under?.File ?? FileOf(branch.Variable), under?.Line ?? 0, key, items, under is null);
    }

    private static ConfigMapping OverMapping(Branch branch, ConfigMapping? under, string key, ConfigFaults faults)
    {
        var entries = new OrderedDictionary<string, ConfigNode>(StringComparer.Ordinal);
        foreach (var (name, value) in under?.Entries ?? new Dictionary<string, ConfigNode>())
        {
            entries.Add(name, value);
        }

        foreach (var (part, child) in branch.Children)
        {
            var name = entries.Keys.FirstOrDefault(known => known.Equals(part, StringComparison.OrdinalIgnoreCase)) ?? part.ToLowerInvariant();
            entries[name] = Over(child, entries.GetValueOrDefault(name), ConfigNode.Join(key, name), faults);
        }

        return new ConfigMapping(under?.File ?? FileOf(branch.Variable), under?.Line ?? 0, key, entries, under is null);
    }

    private static string FileOf(string variable) => $"environment variable {variable}";

    private sealed class Branch
    {
        public string Variable { get; init; } = "";

        public string? Value { get; set; }

        public SortedDictionary<string, Branch> Children { get; } = new(StringComparer.OrdinalIgnoreCase);
    }
}
