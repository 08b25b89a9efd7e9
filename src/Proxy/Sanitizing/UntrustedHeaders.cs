using System.Collections.Frozen;
using AuthProxy.Proxy.Mutation.Assertion;

namespace AuthProxy.Proxy.Sanitizing;

/// <summary>
/// The headers that a client may not send on to an upstream: whatever could look like our word. Decided by name alone, for
/// every rule alike, so that a rule that sets fewer headers than another leaves no gap to fill.
/// </summary>
internal static class UntrustedHeaders
{
    // Names that identity headers have elsewhere (oauth2-proxy, Authelia, common reverse proxies): an application that moves
    // here may still read them.
    private static readonly string[] Presets =
        ["Forwarded", "X-Real-Ip", "Remote-User", "Remote-Groups", "Remote-Name", "Remote-Email"];

    // Frameworks that honour these run another method or path than the rule saw.
    private static readonly string[] Overrides =
        ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-URL", "X-Original-URI", "X-Rewrite-URL"];

    // Hop by hop (RFC 9110, section 7.6.1): about this connection only. Host and Upgrade have their own places.
    private static readonly string[] HopByHop =
    [
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade", "Host", "HTTP2-Settings",
    ];

    /// <summary>Standard names: a rule that sets one replaces it, and other rules leave the client's alone.</summary>
    private static readonly FrozenSet<string> Standard = new[]
    {
        "Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Cache-Control", "Content-Encoding", "Content-Length", "Content-Type",
        "Cookie", "Date", "Origin", "Range", "Referer", "User-Agent", "Traceparent", "Tracestate",
    }.ToFrozenSet(HeaderSpelling.Comparer);

    /// <summary>What could look like the word of somebody else whom applications believe: other products' identity headers, and overrides of method and path.</summary>
    public static IReadOnlyList<string> OfOthers { get; } = [.. Presets, .. Overrides];

    /// <summary>The names that tell an upstream who is asking, each once: what another proxy, which forwards, must not let a client fill in.</summary>
    public static IReadOnlyList<string> OfIdentity(IEnumerable<string> namesSetByRules) =>
        [.. namesSetByRules.Where(name => !Standard.Contains(name)).Concat(AssertionMutator.Names).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>The names that no client may send, in every spelling: ours, those that rules set, and those of the connection.</summary>
    public static FrozenSet<string> Reserve(IEnumerable<string> namesSetByRules) =>
        namesSetByRules.Where(name => !Standard.Contains(name)).Concat(Presets).Concat(Overrides).Concat(HopByHop).ToFrozenSet(HeaderSpelling.Comparer);

    /// <summary>Whether the header goes no further.</summary>
    /// <param name="name">The header's name as the client wrote it.</param>
    /// <param name="reserved">What <see cref="Reserve"/> made of the rules.</param>
    public static bool Contains(string name, FrozenSet<string> reserved) =>
        HeaderSpelling.StartsWith(name, "X-Auth-")
        || HeaderSpelling.StartsWith(name, "X-Forwarded-")
        || reserved.Contains(name)
        || IsDisguisedStandard(name);

    // Content_Length is no length to us and one to a careless upstream.
    private static bool IsDisguisedStandard(string name) => name.AsSpan().ContainsAny('_', '.') && Standard.Contains(name);
}
