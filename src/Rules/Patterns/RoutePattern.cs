namespace AuthProxy.Rules.Patterns;

/// <summary>A match of our form: host, path and methods.</summary>
internal sealed class RoutePattern : RulePattern
{
    public RoutePattern(string text, HostPattern host, PathPattern path, IReadOnlyList<string> methods)
        : base(text, WithHead(methods))
    {
        Host = host;
        Path = path;
    }

    public HostPattern Host { get; }

    public PathPattern Path { get; }

    public override string? HostText => Host.Name is null ? null : Host.ToString();

    public override IReadOnlyList<string> CaptureNames => Path.CaptureNames;

    internal override PatternVerdict Test(in RequestFacts facts) =>
        Host.Matches(facts.HostName) && AllowsMethod(facts.Method) && Path.Matches(facts.Target.MatchPath)
            ? PatternVerdict.Yes
            : PatternVerdict.No;

    internal override int Closeness(in RequestFacts facts) =>
        !Host.Matches(facts.HostName) ? 0
        : Path.Matches(facts.Target.MatchPath) ? int.MaxValue - (AllowsMethod(facts.Method) ? 1 : 2)
        : 1 + Path.CountMatching(facts.Target.MatchPath);

    internal override string? WhyNot(in RequestFacts facts) =>
        !Host.Matches(facts.HostName) ? $"is for {Host}, not {facts.HostName}"
        : Path.WhyNot(facts.Target.MatchPath) ?? (AllowsMethod(facts.Method) ? null : WhyNotMethod(facts.Method));

    internal override IReadOnlyList<string> ReadCaptures(in RequestFacts facts) => Path.Capture(facts.Target.MatchPath);

    private bool AllowsMethod(string method) =>
        Methods.Count == 0 || Methods.Contains(method, StringComparer.OrdinalIgnoreCase);

    // Servers answer HEAD by their GET: a rule for GET that left HEAD to a wider rule would tell sizes and headers.
    private static IReadOnlyList<string> WithHead(IReadOnlyList<string> methods) =>
        methods.Contains("GET") ? [.. methods.Union(["HEAD"])] : [.. methods.Distinct()];
}
