using System.Security.Cryptography;
using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Audit.Verifying;
using AuthProxy.Tokenizer.Storage;
using FsCheck;
using FsCheck.Fluent;

namespace AuthProxy.Tokenizer.Tests.Audit;

/// <summary>Somebody who may write in the database, and what the verification makes of it.</summary>
public sealed class AuditVerifierTests : IAsyncLifetime
{
    private const int Lines = 24;
    private const int Covered = 20;
    private const string Forged = "was changed: no Tokenizer with the audit's key wrote it so";

    private readonly AuditWorld _world = new();
    private SortedDictionary<long, byte[]> _lines = null!;

    public async Task InitializeAsync()
    {
        await _world.WriteAsync(Lines, 10, Covered);
        _lines = Chain.Lines;
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    private MemoryAuditRecords.Chain Chain => Assert.Single(_world.Records.Chains);

    private string Name => Convert.ToHexStringLower(Chain.Id);

    [Fact]
    public async Task Whole_audit_is_said_to_be_whole()
    {
        var report = await VerifyAsync();

        Assert.True(report.IsGood);
        Assert.Equal((Lines, 1, 2, Lines - Covered), (report.Lines, report.Chains, report.Checkpoints, report.Uncovered));
    }

    [Fact]
    public void Any_changed_byte_of_any_line_is_found() => ForAnyLine((line, at, value) =>
    {
        var bytes = (byte[])_lines[line].Clone();
        bytes[at % bytes.Length] ^= (byte)(value == 0 ? 1 : value);
        Chain.Lines = With(_lines, (line, bytes));
        return line;
    });

    [Fact]
    public void Any_rewritten_line_with_a_sound_form_is_found() => ForAnyLine((line, _, _) =>
    {
        Chain.Lines = With(_lines, (line, Forge(Opened(line) with { Application = "shop" })));
        return line;
    });

    [Fact]
    public void Any_removed_line_is_found() => ForAnyLine((line, _, _) =>
    {
        Chain.Lines = new SortedDictionary<long, byte[]>(_lines.Where(pair => pair.Key != line).ToDictionary());
        return line;
    });

    [Fact]
    public void Any_two_exchanged_lines_are_found() => ForAnyLine((line, other, _) =>
    {
        var second = ((line - 1 + (other % Lines)) % Lines) + 1;
        Chain.Lines = With(_lines, (line, _lines[second]), (second, _lines[line]));
        return line == second ? 0 : Math.Min(line, second);
    });

    [Fact]
    public void Any_cut_end_is_found_where_the_chain_says_how_long_it_is() => ForAnyLine((line, _, _) =>
    {
        Chain.Lines = new SortedDictionary<long, byte[]>(_lines.Where(pair => pair.Key < line).ToDictionary());
        return line;
    });

    [Fact]
    public void Any_line_put_in_twice_is_found() => ForAnyLine((line, _, _) =>
    {
        Chain.Lines = new SortedDictionary<long, byte[]>(_lines.ToDictionary(pair => pair.Key > line ? pair.Key + 1 : pair.Key, pair => pair.Value)) { [line + 1] = _lines[line] };
        Chain.Sequence = Lines + 1;
        return line + 1;
    }, after: () => Chain.Sequence = Lines);

    [Fact]
    public async Task Attacker_who_links_all_later_lines_anew_fails_at_the_first_that_he_cannot_seal()
    {
        Relink(Opened(23) with { Token = RandomNumberGenerator.GetBytes(32) }, Forge);

        Assert.Equal(
            [new AuditFinding(Name, 23, Forged), new AuditFinding(Name, 24, Forged)],
            (await VerifyAsync()).Findings);
    }

    [Fact]
    public async Task Attacker_who_adds_a_line_at_the_end_that_nobody_covers_yet_fails_at_the_seal()
    {
        var line = Opened(Lines) with { Sequence = Lines + 1, Previous = AuditLine.HashOf(_lines[Lines]), Caller = "somebody else" };
        Chain.Lines = With(_lines, (Lines + 1, Forge(line)));
        (Chain.Sequence, Chain.Head) = (Lines + 1, AuditLine.HashOf(Chain.Lines[Lines + 1]));

        Assert.Equal(new AuditFinding(Name, Lines + 1, Forged), Assert.Single((await VerifyAsync()).Findings));
    }

    [Fact]
    public async Task Thief_of_the_master_key_who_links_all_later_lines_anew_fails_at_the_checkpoint()
    {
        Relink(Opened(5) with { Token = RandomNumberGenerator.GetBytes(32) }, _world.Seal.Seal);

        var report = await VerifyAsync();
        Assert.Equal(new AuditFinding(Name, 10, "was changed: it is not the one that was signed, or that the chain ended with"), report.Findings[0]);
    }

    [Fact]
    public async Task Attacker_who_cuts_the_chain_and_its_row_fails_at_the_checkpoint()
    {
        Chain.Lines = new SortedDictionary<long, byte[]>(_lines.Where(pair => pair.Key <= 15).ToDictionary());
        (Chain.Sequence, Chain.Head) = (15, AuditLine.HashOf(_lines[15]));

        Assert.Equal(new AuditFinding(Name, 16, "is missing, and so are those up to 20"), Assert.Single((await VerifyAsync()).Findings));
    }

    [Fact]
    public async Task Attacker_who_removes_a_whole_chain_fails_at_the_checkpoint()
    {
        var name = Name;
        _world.Records.Chains.Clear();

        Assert.Equal(new AuditFinding(name, 1, "is missing, and so are those up to 20"), Assert.Single((await VerifyAsync()).Findings));
    }

    [Fact]
    public async Task Database_that_was_put_back_whole_is_found_with_the_shipped_checkpoints()
    {
        var shipped = _world.Records.Checkpoints.Values.Select(checkpoint => checkpoint.Text).ToArray();
        _world.Records.Checkpoints.Remove(2);
        Chain.Lines = new SortedDictionary<long, byte[]>(_lines.Where(pair => pair.Key <= 10).ToDictionary());
        (Chain.Sequence, Chain.Head) = (10, AuditLine.HashOf(_lines[10]));

        Assert.True((await VerifyAsync()).IsGood);
        var report = await VerifyAsync(shipped);
        Assert.Contains(report.Findings, finding => finding is { Chain: null, Number: 2 });
        Assert.Contains(new AuditFinding(Name, 11, "is missing, and so are those up to 20"), report.Findings);
    }

    [Fact]
    public async Task Thief_of_the_master_key_who_signs_everything_anew_is_found_with_the_shipped_checkpoints()
    {
        var shipped = _world.Records.Checkpoints.Values.Select(checkpoint => checkpoint.Text).ToArray();
        Relink(Opened(5) with { Token = RandomNumberGenerator.GetBytes(32) }, _world.Seal.Seal);
        _world.Records.Checkpoints.Clear();
        await _world.NewMaker().MakeAsync(default);

        Assert.True((await VerifyAsync()).IsGood);
        var report = await VerifyAsync(shipped);
        Assert.Contains(new AuditFinding(null, 1, "is another one in the database than was shipped"), report.Findings);
        Assert.Contains(report.Findings, finding => finding.Chain == Name && finding.Number == 10);
    }

    [Fact]
    public async Task Shipped_checkpoints_of_a_whole_audit_are_all_found_again()
    {
        var report = await VerifyAsync([.. _world.Records.Checkpoints.Values.Select(checkpoint => checkpoint.Text)]);

        Assert.True(report.IsGood);
        Assert.Equal(2, report.Shipped);
    }

    [Fact]
    public async Task Checkpoint_that_others_signed_is_not_believed()
    {
        await using var others = new AuditWorld();
        await others.WriteAsync(1, 1);
        var foreign = others.Records.Checkpoints[1].Text;

        Assert.Contains(new AuditFinding(null, 0, "was not signed by a known key of this realm (the 1. of those that were shipped)"), (await VerifyAsync(foreign)).Findings);
        _world.Records.Checkpoints[1] = new StoredCheckpoint(1, 0, foreign);
        Assert.Contains((await VerifyAsync()).Findings, finding => finding is { Chain: null, Number: 1 });
    }

    [Theory]
    [InlineData(1), InlineData(2)]
    public async Task Missing_checkpoint_is_found_where_a_later_one_is_there(int missing)
    {
        await _world.WriteAsync(1, 1);
        _world.Records.Checkpoints.Remove(missing);

        Assert.Contains((await VerifyAsync()).Findings, finding => finding is { Chain: null } && finding.Number == missing);
    }

    private Task<AuditReport> VerifyAsync(params string[] shipped) => _world.VerifyAsync(shipped);

    /// <summary>Puts another line in the place of one, and links all later ones to it, as somebody would who knows the format.</summary>
    private void Relink(AuditLine instead, Func<AuditLine, byte[]> seal)
    {
        var lines = With(_lines, (instead.Sequence, seal(instead)));
        for (var line = instead.Sequence + 1; line <= Lines; line++)
        {
            lines[line] = seal(Opened(line) with { Previous = AuditLine.HashOf(lines[line - 1]) });
        }

        (Chain.Lines, Chain.Head) = (lines, AuditLine.HashOf(lines[Lines]));
    }

    private AuditLine Opened(long line) => _world.Seal.Open(_lines[line])!;

    /// <summary>A line with a seal that is as long as one.</summary>
    private static byte[] Forge(AuditLine line) => [.. AuditLineFormat.Encode(line), .. RandomNumberGenerator.GetBytes(AuditLine.HashSize)];

    /// <param name="change">Changes one thing and says which line the first finding must name; 0 where it changed nothing.</param>
    private void ForAnyLine(Func<long, int, byte, long> change, Action? after = null) =>
        Prop.ForAll<byte, ushort, byte>((line, at, value) =>
        {
            var named = change((line % Lines) + 1, at, value);
            var findings = VerifyAsync().GetAwaiter().GetResult().Findings;
            Chain.Lines = _lines;
            after?.Invoke();
            return named == 0 ? findings.Count == 0 : findings.Any(finding => finding.Chain == Name && finding.Number == named);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static SortedDictionary<long, byte[]> With(SortedDictionary<long, byte[]> lines, params (long Line, byte[] Bytes)[] changes)
    {
        var changed = new SortedDictionary<long, byte[]>(lines);
        foreach (var (line, bytes) in changes)
        {
            changed[line] = bytes;
        }

        return changed;
    }
}
