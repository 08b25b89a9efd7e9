using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Patterns;

namespace AuthProxy.Rules.Loading;

/// <summary>Holds a source's rules to what the source may speak about. A limit that cannot be read allows nothing.</summary>
internal static class SourceLimits
{
    private const string Tokenizer = "tokenizer";
    private const string Assertion = "assertion";
    private const string IdToken = "id_token";

    public static void Check(Rule rule, RuleSourceLimits limits, ConfigFaults faults)
    {
        if (limits.Hosts is { } hosts && !hosts.Any(limit => AllowsHost(rule.Pattern, limit)))
        {
            Fault("match", $"is for hosts that this source may not speak about; allowed: {string.Join(", ", hosts)}");
        }

        if (limits.Upstreams is { } upstreams && rule.Upstream is { } upstream && !upstreams.Any(limit => AllowsUpstream(upstream, limit)))
        {
            Fault("upstream", $"is one that this source may not send to; allowed: {string.Join(", ", upstreams)}");
        }

        // Signed for another team's application, an assertion would open that application to whoever receives it.
        if (limits.Audiences is { } audiences && rule.Upstream is not { IsTokenizer: true }
            && rule.Mutators.Any(use => use.Handler == Assertion && !(AudienceOf(use) is { } audience && audiences.Contains(audience))))
        {
            Fault("mutators", $"have assertions signed for an audience that this source does not name, or name none; allowed: {string.Join(", ", audiences)}");
        }

        // Its audience is whatever the claims say, and the keys are those of everybody's ID tokens.
        if (limits.Audiences is not null && rule.Mutators.Any(use => use.Handler == IdToken && use.Config is ConfigMapping { Entries.Count: > 0 }))
        {
            Fault("mutators", "have ID tokens signed with settings of their own, and this source is limited to audiences; leave id_token's config to the service's file");
        }

        foreach (var (name, use) in HeaderLimit.Beyond(rule, limits))
        {
            faults.Add(new ConfigFault(use.File, use.Line, use.Key, $"sets {name}, a header that this source may not take from everybody's clients; allowed: {HeaderLimit.Describe(limits)}"));
        }

        void Fault(string key, string message) => faults.Add(new ConfigFault(rule.File, rule.Line, $"{rule}: {key}", message));
    }

    private static bool AllowsHost(RulePattern pattern, string limit)
    {
        if (HostPattern.TryParse(limit, out _) is not { } allowed)
        {
            return false;
        }

        return pattern switch
        {
            RoutePattern route => route.Host.IsWithin(allowed),
            // What a pattern in the host accepts cannot be told.
            UrlPattern { LiteralHost: { } host } => allowed.Matches(host),
            _ => false,
        };
    }

    private static string? AudienceOf(HandlerUse use) => use.Config is ConfigMapping config && config["audience"] is ConfigScalar { IsNull: false } written ? written.Text : null;

    private static bool AllowsUpstream(UpstreamUse upstream, string limit) =>
        upstream.IsTokenizer
            ? limit == Tokenizer
            : Uri.TryCreate(limit, UriKind.Absolute, out var allowed)
                && upstream.Url?.GetLeftPart(UriPartial.Authority) == allowed.GetLeftPart(UriPartial.Authority);
}
