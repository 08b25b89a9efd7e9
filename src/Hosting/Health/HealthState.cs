namespace AuthProxy.Hosting.Health;

/// <summary>What the probes answer from: named conditions, each of which must hold before requests are wanted.</summary>
public sealed class HealthState
{
    private readonly Lock _gate = new();
    private readonly List<HealthCondition> _conditions = [];
    private readonly List<(string Name, Func<string> Value)> _details = [];
    private volatile bool _started;
    private volatile bool _draining;

    /// <summary>A condition that its owner sets; unmet until then.</summary>
    public HealthCondition AddCondition(string name)
    {
        var met = new HealthCondition(name);
        Add(met);
        return met;
    }

    /// <summary>A condition that is asked at every probe; it must answer at once.</summary>
    public void AddCondition(string name, Func<bool> isMet) => Add(new HealthCondition(name, isMet));

    /// <summary>A word that the readiness probe tells beside its answer, whatever that is; it must be had at once.</summary>
    public void AddDetail(string name, Func<string> value)
    {
        lock (_gate)
        {
            _details.Add((name, value));
        }
    }

    public IReadOnlyList<(string Name, string Value)> Details()
    {
        lock (_gate)
        {
            return [.. _details.Select(detail => (detail.Name, detail.Value()))];
        }
    }

    /// <summary>From now on unready: no new requests are wanted.</summary>
    public void Drain() => _draining = true;

    public bool IsDraining => _draining;

    /// <summary>Everything was there once. Later losses make the service unready, never "not started".</summary>
    public bool IsStarted => _started || IsReady;

    public bool IsReady
    {
        get
        {
            if (_draining || Unmet().Count > 0)
            {
                return false;
            }

            _started = true;
            return true;
        }
    }

    public IReadOnlyList<string> Unmet()
    {
        lock (_gate)
        {
            return [.. _conditions.Where(condition => !condition.IsMet).Select(condition => condition.Name)];
        }
    }

    private void Add(HealthCondition condition)
    {
        lock (_gate)
        {
            _conditions.Add(condition);
        }
    }
}

/// <summary>One thing without which requests are not wanted.</summary>
public sealed class HealthCondition
{
    private readonly Func<bool>? _isMet;
    private volatile bool _met;

    internal HealthCondition(string name, Func<bool>? isMet = null)
    {
        Name = name;
        _isMet = isMet;
    }

    public string Name { get; }

    public bool IsMet
    {
        get
        {
            try
            {
                return _isMet?.Invoke() ?? _met;
            }
            catch (Exception)
            {
                // Not knowing is not ready.
                return false;
            }
        }
    }

    public void Set(bool met) => _met = met;
}
