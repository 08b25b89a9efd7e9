using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Requirements;

namespace AuthProxy.Rules.Loading;

/// <summary>What claims must say: <c>groups: { any: [admins] }</c>; and how the person must have signed in: <c>acr: { any: [gold] }</c>, <c>auth_age: 5m</c>.</summary>
public static class RequirementSchema
{
    private const string Acr = "acr";
    private const string AuthAge = "auth_age";

    // They travel through the browser, and through a header's quotation marks.
    private const int MostAcrValues = 8;
    private const int LongestAcrValue = 200;

    // Below it, the way back from the login alone could take longer.
    private static readonly TimeSpan ShortestAge = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(30);

    private static readonly Schema<ClaimCondition> Condition = Declare.Object<ClaimCondition>("condition", "What one claim must say.", o =>
    {
        var any = o.List("any", Declare.Text, "The claim holds one of these.");
        var all = o.List("all", Declare.Text, "The claim holds each of these.");
        var none = o.List("none", Declare.Text, "The claim is there and holds none of these.");
        var exactly = o.Text("equals", "The claim is this one value and no other.").Optional();
        return read =>
        {
            foreach (var list in new[] { any, all, none }.Where(list => read.IsGiven(list) && read.Get(list).Count == 0))
            {
                read.Fault(list, "is empty; name at least one value");
            }

            if (!read.IsGiven(any) && !read.IsGiven(all) && !read.IsGiven(none) && !read.IsGiven(exactly))
            {
                read.Fault("asks nothing; write any, all, none or equals");
            }

            return new ClaimCondition("") { Any = read.Get(any), All = read.Get(all), None = read.Get(none), Exactly = read.Get(exactly) };
        };
    });

    private static readonly Schema<Part> Parts = Declare.OneOf(
        scalar: Declare.Duration.Select(age => new Part(null, age)), mapping: Condition.Select(condition => new Part(condition, default)));

    /// <summary>
    /// A mapping of claims and their conditions, and of how the person must have signed in; for handlers that ask the same as a rule's
    /// <c>require</c>.
    /// </summary>
    public static readonly Schema<Requirement> Schema = Declare.Map("claim", Parts).Select((parts, node, faults) =>
    {
        if (parts.Count == 0)
        {
            faults.Add(node, "is empty; name at least one claim");
            return null;
        }

        var before = faults.Count;
        var written = (node as ConfigMapping)?.Entries;
        foreach (var (name, part) in parts)
        {
            if (ObjectTo(name, part) is { } why)
            {
                faults.Add(written?.GetValueOrDefault(name) ?? node, why);
            }
        }

        return faults.Count > before ? null : Assemble(parts);
    });

    private static string? ObjectTo(string name, Part part) => (name, part.Condition) switch
    {
        (AuthAge, null) => part.Age >= ShortestAge && part.Age <= LongestAge ? null : "must be between 10s and 720h",
        (AuthAge, _) => "says how long ago the person may have signed in; write a duration such as 5m",
        (_, null) => "is a duration; write any, all, none or equals",
        (Acr, { All.Count: 0, None.Count: 0 } condition) => AcrValuesOf(condition) is { Count: > 0 and <= MostAcrValues } values && values.All(IsAcrValue)
            ? null
            : $"takes up to {MostAcrValues} values of printable ASCII without spaces, quotation marks and backslashes",
        (Acr, _) => "takes any or equals: a login can be asked for what it shall be, not for what it shall not be",
        _ => null,
    };

    private static Requirement Assemble(IReadOnlyDictionary<string, Part> parts)
    {
        var acr = parts.TryGetValue(Acr, out var how) ? AcrValuesOf(how.Condition!) : [];
        TimeSpan? age = parts.TryGetValue(AuthAge, out var when) ? when.Age : null;
        return new Requirement(
            [.. parts.Where(part => part.Key is not (Acr or AuthAge)).Select(part => part.Value.Condition! with { Claim = part.Key })],
            acr.Count > 0 || age is not null ? new AuthenticationRequirement(acr, age) : null);
    }

    private static IReadOnlyList<string> AcrValuesOf(ClaimCondition condition) => condition.Exactly switch
    {
        null => condition.Any,
        var only when condition.Any.Count == 0 || condition.Any.Contains(only) => [only],
        _ => [],
    };

    private static bool IsAcrValue(string value) =>
        value.Length is > 0 and <= LongestAcrValue && value.All(character => character is > ' ' and <= '~' and not ('"' or '\\'));

    private sealed record Part(ClaimCondition? Condition, TimeSpan Age);
}
