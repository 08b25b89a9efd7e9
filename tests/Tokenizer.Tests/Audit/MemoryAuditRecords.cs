using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Audit;

/// <summary>The audit's records in memory, where a test can hold them up, break them and change what lies in them.</summary>
internal sealed class MemoryAuditRecords : IAuditRecords
{
    private readonly Lock _gate = new();

    public sealed class Chain(byte[] id)
    {
        public byte[] Id => id;

        public byte[] Head { get; set; } = new byte[32];

        public long Sequence { get; set; }

        public byte[]? Holder { get; set; }

        public long HeldUntil { get; set; }

        public SortedDictionary<long, byte[]> Lines { get; set; } = [];

        public AuditChain ToRecord() => new(id, Sequence, Head);
    }

    public List<Chain> Chains { get; } = [];

    public SortedDictionary<long, StoredCheckpoint> Checkpoints { get; } = [];

    public long ShippedUpTo { get; set; }

    /// <summary>How many lines each append carried.</summary>
    public List<int> Groups { get; } = [];

    /// <summary>What happens before an append is made.</summary>
    public Func<Task> BeforeAppend { get; set; } = () => Task.CompletedTask;

    /// <summary>What happens after it was made, and what its writer hears of it.</summary>
    public Func<bool> AfterAppend { get; set; } = () => true;

    public IEnumerable<byte[]> AllLines => Chains.SelectMany(chain => chain.Lines.Values);

    public Task<AuditChain> ClaimChainAsync(byte[] holder, byte[] unused, long now, long until, CancellationToken cancellation)
    {
        lock (_gate)
        {
            var chain = Chains.Find(chain => chain.Holder?.AsSpan().SequenceEqual(holder) == true) ?? Chains.Find(chain => chain.HeldUntil < now);
            if (chain is null)
            {
                Chains.Add(chain = new Chain(unused));
            }

            (chain.Holder, chain.HeldUntil) = (holder, until);
            return Task.FromResult(chain.ToRecord());
        }
    }

    public async Task<bool> AppendLinesAsync(byte[] holder, AuditChain from, IReadOnlyList<byte[]> lines, byte[] newHead, long until, CancellationToken cancellation)
    {
        await BeforeAppend();
        lock (_gate)
        {
            if (Chains.Find(chain => chain.Id.AsSpan().SequenceEqual(from.Id)) is not { } chain
                || chain.Holder?.AsSpan().SequenceEqual(holder) != true
                || chain.Sequence != from.Sequence
                || !chain.Head.AsSpan().SequenceEqual(from.Head))
            {
                return false;
            }

            foreach (var line in lines)
            {
                chain.Lines.Add(++chain.Sequence, line);
            }

            (chain.Head, chain.HeldUntil) = (newHead, until);
            Groups.Add(lines.Count);
        }

        return AfterAppend();
    }

    public Task ReleaseChainAsync(byte[] holder, CancellationToken cancellation)
    {
        foreach (var chain in Chains.Where(chain => chain.Holder?.AsSpan().SequenceEqual(holder) == true))
        {
            (chain.Holder, chain.HeldUntil) = (null, 0);
        }

        return Task.CompletedTask;
    }

    public ValueTask<IReadOnlyList<AuditChain>> ReadChainsAsync(CancellationToken cancellation) => new([.. Chains.Select(chain => chain.ToRecord())]);

    public ValueTask<IReadOnlyList<AuditRow>> ReadLinesAsync(byte[] chain, long after, int limit, CancellationToken cancellation) => new(
    [
        .. Chains.Where(known => known.Id.AsSpan().SequenceEqual(chain)).SelectMany(known => known.Lines)
            .Where(line => line.Key > after).Take(limit).Select(line => new AuditRow(line.Key, line.Value)),
    ]);

    public Task<int> RemoveLinesAsync(byte[] chain, long upTo, int limit, CancellationToken cancellation)
    {
        var lines = Chains.Single(known => known.Id.AsSpan().SequenceEqual(chain)).Lines;
        return Task.FromResult(lines.Keys.Where(sequence => sequence <= upTo).Take(limit).ToArray().Count(lines.Remove));
    }

    public Task<bool> AddCheckpointAsync(StoredCheckpoint checkpoint, CancellationToken cancellation) => Task.FromResult(Checkpoints.TryAdd(checkpoint.Number, checkpoint));

    public ValueTask<StoredCheckpoint?> FindCheckpointAsync(long madeUntil, CancellationToken cancellation) =>
        new(Checkpoints.Values.LastOrDefault(checkpoint => checkpoint.MadeAt <= madeUntil));

    public ValueTask<IReadOnlyList<StoredCheckpoint>> ReadCheckpointsAsync(long after, int limit, CancellationToken cancellation) =>
        new([.. Checkpoints.Values.Where(checkpoint => checkpoint.Number > after).Take(limit)]);

    public ValueTask<long> CountUnshippedAsync(CancellationToken cancellation) => new(Checkpoints.Keys.Count(number => number > ShippedUpTo));

    public ValueTask<IReadOnlyList<StoredCheckpoint>> ReadUnshippedAsync(int limit, CancellationToken cancellation) =>
        new([.. Checkpoints.Values.Where(checkpoint => checkpoint.Number > ShippedUpTo).TakeLast(limit)]);

    public Task MarkShippedAsync(long number, CancellationToken cancellation)
    {
        ShippedUpTo = Math.Max(ShippedUpTo, number);
        return Task.CompletedTask;
    }

    public Task<int> RemoveCheckpointsAsync(long before, int limit, CancellationToken cancellation) =>
        Task.FromResult(Checkpoints.Keys.Where(number => number < before).Take(limit).ToArray().Count(Checkpoints.Remove));
}
