using System.Diagnostics;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Observability;

namespace AuthProxy.Proxy.Matching.Sources;

/// <summary>All sources of rules, in the order of the configuration.</summary>
internal sealed class RuleFeeds(AccessRulesSettings settings, ProxyMetrics metrics, TimeProvider time, ILogger<RuleFeeds> logger) : IDisposable
{
    public IReadOnlyList<IRuleFeed> All { get; } = [.. settings.Sources.Select<RuleSourceSettings, IRuleFeed>(source => source.Origin switch
    {
        RuleOrigin.Files files => new FileFeed(files, source.Limits, time, logger),
        RuleOrigin.Inline text => new InlineFeed(text, source.Limits),
        RuleOrigin.Address address => new AddressFeed(address, source.Limits, metrics, time, logger),
        _ => throw new UnreachableException(),
    })];

    public GatheredTexts Gather() => new(All);

    public void Dispose()
    {
        foreach (var feed in All)
        {
            feed.Dispose();
        }
    }
}
