using System.Diagnostics.Metrics;
using AuthProxy.Tokenizer.Events;

namespace AuthProxy.Tokenizer.Audit;

/// <summary>Whether the audit is written, and whether it leaves the machine.</summary>
internal sealed class AuditMetrics
{
    private readonly Counter<long> _lines;
    private readonly Counter<long> _groups;
    private readonly Counter<long> _notWritten;
    private readonly Counter<long> _overdue;
    private readonly Counter<long> _checkpoints;
    private readonly Counter<long> _shipments;
    private readonly Counter<long> _suspicions;
    private readonly Counter<long> _removed;
    private long _unshipped;

    public AuditMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(VaultEvents.MeterName);
        _lines = meter.CreateCounter<long>("tokenizer.audit.lines", description: "Lines written to the audit.");
        _groups = meter.CreateCounter<long>("tokenizer.audit.groups", description: "Groups that these lines were written in, one round trip each.");
        _notWritten = meter.CreateCounter<long>("tokenizer.audit.lines.failed", description: "Lines that could not be written; what needed them was refused.");
        _overdue = meter.CreateCounter<long>("tokenizer.audit.lines.overdue", description: "Lines that took so long that what needed them was refused.");
        _checkpoints = meter.CreateCounter<long>("tokenizer.audit.checkpoints", description: "Checkpoints signed.");
        _shipments = meter.CreateCounter<long>("tokenizer.audit.shipments", description: "Attempts to ship checkpoints, by outcome.");
        _suspicions = meter.CreateCounter<long>("tokenizer.audit.suspicions", description: "Times that the audit in the database was not as this process left it.");
        _removed = meter.CreateCounter<long>("tokenizer.audit.lines.removed", description: "Lines removed because they were older than audit.keep.");
        meter.CreateObservableGauge("tokenizer.audit.checkpoints.unshipped", () => Interlocked.Read(ref _unshipped), description: "Checkpoints that wait for the sink.");
    }

    public void Written(int lines)
    {
        _lines.Add(lines);
        _groups.Add(1);
    }

    public void NotWritten(int lines) => _notWritten.Add(lines);

    public void Overflowed() => _notWritten.Add(1);

    public void Overdue() => _overdue.Add(1);

    public void CheckpointMade() => _checkpoints.Add(1);

    public void Shipped(bool good) => _shipments.Add(1, new KeyValuePair<string, object?>("outcome", good ? "shipped" : "failed"));

    public void Unshipped(long checkpoints) => Interlocked.Exchange(ref _unshipped, checkpoints);

    public void Suspicious() => _suspicions.Add(1);

    public void Removed(int lines) => _removed.Add(lines);
}
