using System.Collections;

namespace AuthProxy.Hosting.Configuration;

/// <summary>Collects every fault, so that the operator sees all of them at the first try.</summary>
public sealed class ConfigFaults : IReadOnlyCollection<ConfigFault>
{
    private readonly List<ConfigFault> _faults = [];
    private readonly List<ConfigFault> _warnings = [];

    public int Count => _faults.Count;

    public bool Any => _faults.Count > 0;

    /// <summary>What is accepted without effect; worth one line in the log.</summary>
    public IReadOnlyList<ConfigFault> Warnings => _warnings;

    public void Add(ConfigFault fault) => _faults.Add(fault);

    /// <summary>The message continues the key: <c>is 10m; at most 5m</c>.</summary>
    public void Add(ConfigNode node, string message) =>
        Add(new ConfigFault(node.File, node.Line, node.Key.Length > 0 ? node.Key : "the file", message));

    public void AddRange(IEnumerable<ConfigFault> faults) => _faults.AddRange(faults);

    public void Warn(ConfigNode node, string message) =>
        Warn(new ConfigFault(node.File, node.Line, node.Key, message));

    public void Warn(ConfigFault warning) => _warnings.Add(warning);

    public IEnumerator<ConfigFault> GetEnumerator() => _faults.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
