namespace AuthProxy.Proxy.Matching;

/// <summary>The rules in force: one reference, swapped whole. A request reads it once and keeps what it read.</summary>
internal sealed class RuleSource
{
    private volatile PreparedRules _current = PreparedRules.Empty;

    public PreparedRules Current => _current;

    /// <summary>Puts a set in force for every request that is matched from now on.</summary>
    public void Take(PreparedRules rules) => _current = rules;
}
