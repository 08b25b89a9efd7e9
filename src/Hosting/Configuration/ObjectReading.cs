namespace AuthProxy.Hosting.Configuration;

/// <summary>The values of one mapping, handed to the code that makes the settings record of them.</summary>
public sealed class ObjectReading
{
    private readonly ConfigMapping _node;
    private readonly object?[] _values;
    private readonly ConfigFaults _faults;

    internal ObjectReading(ConfigMapping node, object?[] values, ConfigFaults faults)
    {
        _node = node;
        _values = values;
        _faults = faults;
    }

    /// <summary>The mapping itself, for its place.</summary>
    public ConfigMapping Node => _node;

    public T Get<T>(Setting<T> setting) => (T)_values[setting.Index]!;

    public bool IsGiven(Setting setting) => setting.Names.Any(name => _node[name] is not null);

    public ConfigNode? NodeOf(Setting setting) => setting.Names.Select(name => _node[name]).FirstOrDefault(node => node is not null);

    /// <summary>For what no key can know alone: <c>read.Fault(cert, "is given without a key")</c>.</summary>
    public void Fault(Setting setting, string message)
    {
        var at = NodeOf(setting);
        _faults.Add(new ConfigFault(at?.File ?? _node.File, at?.Line ?? _node.Line, at?.Key ?? ConfigNode.Join(_node.Key, setting.Name), message));
    }

    public void Fault(string message) => _faults.Add(_node, message);

    public void Warn(string message) => _faults.Warn(_node, message);

    public void Warn(Setting setting, string message) => _faults.Warn(NodeOf(setting) ?? _node, message);
}
