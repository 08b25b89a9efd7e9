using AuthProxy.Proxy.Configuration;
using AuthProxy.Rules;
using AuthProxy.Rules.Loading;

namespace AuthProxy.Proxy.Matching.Sources;

/// <summary>A rule file's text in the configuration itself.</summary>
internal sealed class InlineFeed(RuleOrigin.Inline origin, RuleSourceLimits limits) : IRuleFeed
{
    public event Action? Changed
    {
        add { }
        remove { }
    }

    public void Start()
    {
    }

    public RuleFeedOutcome Read() => new RuleFeedOutcome.Texts([new RuleText(origin.Name, origin.Utf8, limits)]);

    public void Dispose()
    {
    }
}
