using System.Diagnostics;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Loading;

namespace AuthProxy.Proxy.Matching.Sources;

/// <summary>What all sources gave together, by what it means for the set.</summary>
internal sealed class GatheredTexts
{
    private readonly List<RuleText> _texts = [];
    private readonly List<ConfigFault> _faults = [];
    private readonly List<ConfigFault> _missing = [];
    private readonly List<ConfigFault> _pending = [];
    private readonly List<ConfigFault> _kept = [];

    public GatheredTexts(IEnumerable<IRuleFeed> feeds)
    {
        foreach (var feed in feeds)
        {
            Add(feed.Read());
        }
    }

    public IReadOnlyList<RuleText> Texts => _texts;

    public IReadOnlyList<ConfigFault> Faults => _faults;

    /// <summary>Sources that have nothing yet and that the others do not wait for.</summary>
    public IReadOnlyList<ConfigFault> Missing => _missing;

    /// <summary>Sources that have nothing yet and that all wait for.</summary>
    public IReadOnlyList<ConfigFault> Pending => _pending;

    /// <summary>Sources whose texts are not what they say now.</summary>
    public IReadOnlyList<ConfigFault> Kept => _kept;

    private void Add(RuleFeedOutcome outcome)
    {
        switch (outcome)
        {
            case RuleFeedOutcome.Texts texts:
                _texts.AddRange(texts.All);
                _kept.AddRange(texts.Kept is { } why ? [why] : []);
                break;
            case RuleFeedOutcome.Missing missing:
                _missing.Add(missing.Why);
                break;
            case RuleFeedOutcome.Pending pending:
                _pending.Add(pending.Why);
                break;
            case RuleFeedOutcome.Faulty faulty:
                _faults.Add(faulty.Fault);
                break;
            default:
                throw new UnreachableException();
        }
    }
}
