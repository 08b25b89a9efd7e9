namespace AuthProxy.Tokenizer.Audit.Verifying;

/// <summary>Something in the audit that nobody but an intruder, or a broken disk, could have made so.</summary>
/// <param name="Chain">The chain's id in hexadecimal; null where a checkpoint is concerned.</param>
/// <param name="Number">The line's, or the checkpoint's.</param>
/// <param name="What">What is wrong with it, in a sentence's second half.</param>
internal sealed record AuditFinding(string? Chain, long Number, string What)
{
    public override string ToString() => Chain is null ? $"checkpoint {Number} {What}" : $"chain {Chain}: line {Number} {What}";
}

/// <summary>What a verification saw.</summary>
internal sealed class AuditReport
{
    /// <summary>Beyond these nobody reads on; whether there are any is what counts.</summary>
    public const int MostFindings = 100;

    private readonly List<AuditFinding> _findings = [];

    public IReadOnlyList<AuditFinding> Findings => _findings;

    public long Lines { get; set; }

    public int Chains { get; set; }

    public long Checkpoints { get; set; }

    public long Shipped { get; set; }

    /// <summary>Lines behind the newest checkpoint: nothing but their own links holds them yet.</summary>
    public long Uncovered { get; set; }

    public bool IsGood => _findings.Count == 0;

    public void Add(AuditFinding finding)
    {
        if (_findings.Count < MostFindings)
        {
            _findings.Add(finding);
        }
    }
}
