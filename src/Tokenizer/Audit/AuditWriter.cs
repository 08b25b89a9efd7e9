using System.Security.Cryptography;
using System.Threading.Channels;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Audit;

/// <summary>
/// The only writer of this replica's chain. What arrives while one group of lines is on its way to the database becomes the next group, so
/// however many operations wait, they share one round trip and one fsync.
/// </summary>
internal sealed class AuditWriter(
    IAuditRecords store, ActorSeal actors, LineSeal seal, AuditMetrics metrics, ILogger<AuditWriter> log, TimeProvider clock) : IHostedService
{
    public const int LargestGroup = 256;

    /// <summary>More than this many lines that wait mean that the database does not keep up: what needs another one is refused.</summary>
    public const int QueueLength = 8192;

    /// <summary>After so much silence another replica, or this one after a crash, may go on with the chain.</summary>
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(10);

    /// <summary>However slow the database is, nobody waits for a line any longer: what needs it is refused.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Another holder may take a chain between our claim and our first line, but not for ever.
    private const int Claims = 5;

    private readonly Channel<Entry> _queue = Channel.CreateBounded<Entry>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly byte[] _holder = RandomNumberGenerator.GetBytes(AuditLine.IdSize);
    private AuditChain? _chain;
    private AuditChain? _last;
    private Task _writing = Task.CompletedTask;
    private long _written;

    /// <summary>How many lines this process has written.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Completes when the line is on the disk; whatever it is about must not be answered before.</summary>
    /// <exception cref="AuditUnavailableException">It is not, or nobody knows.</exception>
    public Task WriteAsync(AuditEvent happened, CancellationToken cancellation)
    {
        var entry = new Entry(happened, clock.NowMilliseconds());
        if (!_queue.Writer.TryWrite(entry))
        {
            metrics.Overflowed();
            throw new AuditUnavailableException($"more than {QueueLength} lines wait to be written, or the service is ending");
        }

        return WaitAsync(entry, cancellation);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _writing = Task.Run(WriteGroupsAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Writes what waits, and lets go of the chain. Clients that were slow to go have perhaps used up the time that the end may take; that is no
    /// reason to leave lines unwritten, and the database bounds how long it takes.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        await _writing;
        try
        {
            await store.ReleaseChainAsync(_holder, CancellationToken.None);
        }
        catch (StoreUnavailableException fault)
        {
            Log.ChainNotReleased(log, fault);
        }
    }

    // Whoever leaves, or has waited for too long, does not take the line back.
    private async Task WaitAsync(Entry entry, CancellationToken cancellation)
    {
        try
        {
            await entry.Done.WaitAsync(Patience, clock, cancellation);
        }
        catch (TimeoutException fault)
        {
            metrics.Overdue();
            throw new AuditUnavailableException($"the line was not on the disk within {Patience}", fault);
        }
    }

    private async Task WriteGroupsAsync()
    {
        var group = new List<Entry>(LargestGroup);
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (group.Count < LargestGroup && _queue.Reader.TryRead(out var entry))
            {
                group.Add(entry);
            }

            await CommitAsync(group);
            group.Clear();
        }
    }

    private async Task CommitAsync(List<Entry> group)
    {
        try
        {
            if (await TryCommitAsync(group))
            {
                Interlocked.Add(ref _written, group.Count);
                metrics.Written(group.Count);
                group.ForEach(entry => entry.Succeed());
                return;
            }

            Fail(group, new AuditUnavailableException("others took every chain before a line could be written"));
        }
        catch (Exception fault)
        {
            Log.NotWritten(log, group.Count, fault);
            Fail(group, new AuditUnavailableException($"the audit could not be written: {fault.Message}", fault));
        }
    }

    private async Task<bool> TryCommitAsync(List<Entry> group)
    {
        AuditChain? tried = null;
        for (var claim = 0; claim < Claims; claim++)
        {
            // Until the database has said yes nobody knows where the chain ends: an error may have come after the lines were written.
            var chain = _chain ?? await ClaimAsync();
            _chain = null;
            if (tried is not null && tried.EndsLike(chain))
            {
                // The answer was lost, the lines were not: the store asked again, and was told that the chain does not end there any more.
                _last = _chain = chain;
                return true;
            }

            var (lines, end) = Link(group, chain);
            if (await store.AppendLinesAsync(_holder, chain, lines, end.Head, Until(), CancellationToken.None))
            {
                _last = _chain = end;
                return true;
            }

            tried = end;
            Log.ChainLost(log);
        }

        return false;
    }

    /// <summary>The group's lines, each behind the one before it, and where the chain ends with them.</summary>
    private (byte[][] Lines, AuditChain End) Link(List<Entry> group, AuditChain chain)
    {
        var lines = new byte[group.Count][];
        var head = chain.Head;
        for (var i = 0; i < lines.Length; i++)
        {
            lines[i] = seal.Seal(LineOf(group[i], chain.Id, chain.Sequence + 1 + i, head));
            head = AuditLine.HashOf(lines[i]);
        }

        return (lines, new AuditChain(chain.Id, chain.Sequence + lines.Length, head));
    }

    private async Task<AuditChain> ClaimAsync()
    {
        var unused = RandomNumberGenerator.GetBytes(AuditLine.IdSize);
        var chain = await store.ClaimChainAsync(_holder, unused, clock.NowMilliseconds(), Until(), CancellationToken.None);
        if (_last is { } last && last.Id.AsSpan().SequenceEqual(chain.Id) && chain.Sequence < last.Sequence)
        {
            metrics.Suspicious();
            Log.ChainWentBack(log, Convert.ToHexStringLower(chain.Id), last.Sequence, chain.Sequence);
        }

        return chain;
    }

    private AuditLine LineOf(Entry entry, byte[] chain, long sequence, byte[] previous)
    {
        var (happened, request) = (entry.Happened, entry.Happened.Request);
        return new AuditLine(
            chain, sequence, previous, entry.Time, AuditActions.NameOf(happened.Action), happened.Refusal ?? "", request?.Application ?? "",
            request?.Caller ?? "", request?.KeyId ?? "",
            request is { Issuer: { } issuer, Subject: { } subject } ? actors.Seal(chain, sequence, issuer, subject) : [],
            happened.Session ?? [], happened.Token ?? [], request?.Rule ?? "", request?.TraceId ?? "", happened.Count);
    }

    private long Until() => clock.NowMilliseconds() + (long)Hold.TotalMilliseconds;

    private void Fail(List<Entry> group, AuditUnavailableException fault)
    {
        metrics.NotWritten(group.Count);
        group.ForEach(entry => entry.Fail(fault));
    }

    private sealed class Entry(AuditEvent happened, long time)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public AuditEvent Happened => happened;

        public long Time => time;

        public Task Done => _done.Task;

        public void Succeed() => _done.TrySetResult();

        public void Fail(AuditUnavailableException fault) => _done.TrySetException(fault);
    }
}
