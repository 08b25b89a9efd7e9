namespace AuthProxy.Rules.Patterns;

/// <summary>What a rule's pattern captured of one request; a request that nobody asks about costs nothing.</summary>
public readonly struct RuleCaptures
{
    private readonly RulePattern? pattern;
    private readonly RequestFacts facts;

    internal RuleCaptures(RulePattern pattern, in RequestFacts facts)
    {
        this.pattern = pattern;
        this.facts = facts;
    }

    /// <summary>
    /// All captures in order, percent-decoded; a group that took no part is empty. False where the pattern did not come
    /// to an answer in time: the request must be refused.
    /// </summary>
    public bool TryReadAll(out IReadOnlyList<string> captures)
    {
        var read = pattern is null ? [] : pattern.ReadCaptures(in facts);
        captures = read ?? [];
        return read is not null;
    }

    /// <summary>The capture of that name, percent-decoded; null where the pattern has none.</summary>
    public string? Named(string name)
    {
        if (pattern is null)
        {
            return null;
        }

        for (var i = 0; i < pattern.CaptureNames.Count; i++)
        {
            if (pattern.CaptureNames[i] == name)
            {
                return pattern.ReadCaptures(in facts)?[i];
            }
        }

        return null;
    }
}
