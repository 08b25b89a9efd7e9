using AuthProxy.Tokenizer.Audit.Checkpoints;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Audit.Verifying;

/// <summary>Goes along one chain, line by line, from where retention let it begin.</summary>
internal sealed class ChainWalk(IAuditRecords store, LineSeal seal, byte[] chain, ChainMarks marks, AuditReport report)
{
    private const int Page = 1000;

    private readonly string _name = Convert.ToHexStringLower(chain);
    private long _last;
    private byte[]? _hash;

    /// <param name="start">The newest checkpoint's word on the chain; null where it has none.</param>
    /// <param name="end">Where the chain ended when the verification began, as the database says.</param>
    public async Task GoAsync(ChainMark? start, AuditChain? end, CancellationToken cancellation)
    {
        (_last, _hash) = start is null ? (0, new byte[AuditLine.HashSize]) : (start.Base, start.BaseHash);
        for (var page = await ReadAsync(cancellation); page.Count > 0; page = await ReadAsync(cancellation))
        {
            foreach (var row in page)
            {
                Look(row, end);
            }
        }

        report.Uncovered += Math.Max(0, _last - Math.Max(marks.Last, start?.Base ?? 0));
        var expected = Math.Max(marks.Last, end?.Sequence ?? 0);
        if (_last < expected)
        {
            Find(_last + 1, $"is missing, and so are those up to {expected}");
        }
    }

    private ValueTask<IReadOnlyList<AuditRow>> ReadAsync(CancellationToken cancellation) => store.ReadLinesAsync(chain, _last, Page, cancellation);

    private void Look(AuditRow row, AuditChain? end)
    {
        report.Lines++;
        var follows = row.Sequence == _last + 1;
        if (!follows)
        {
            Find(_last + 1, $"is missing, and so are those up to {row.Sequence - 1}");
        }

        var hash = AuditLine.HashOf(row.Line);
        if (seal.Open(row.Line) is not { } line)
        {
            Find(row.Sequence, "was changed: no Tokenizer with the audit's key wrote it so");
        }
        else if (line.Sequence != row.Sequence || !line.Chain.AsSpan().SequenceEqual(chain))
        {
            Find(row.Sequence, $"was replaced by line {line.Sequence} of chain {Convert.ToHexStringLower(line.Chain)}");
        }
        else if (follows && !line.Previous.AsSpan().SequenceEqual(_hash))
        {
            Find(_last, $"was changed: line {row.Sequence} follows another one");
        }

        if (marks.Contradicts(row.Sequence, hash) || (end?.Sequence == row.Sequence && !end.Head.AsSpan().SequenceEqual(hash)))
        {
            Find(row.Sequence, "was changed: it is not the one that was signed, or that the chain ended with");
        }

        (_last, _hash) = (row.Sequence, hash);
    }

    private void Find(long line, string what) => report.Add(new AuditFinding(_name, line, what));
}
