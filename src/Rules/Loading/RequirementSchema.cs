using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Requirements;

namespace AuthProxy.Rules.Loading;

/// <summary>What claims must say: <c>groups: { any: [admins] }</c>.</summary>
public static class RequirementSchema
{
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

    /// <summary>A mapping of claims and their conditions; for handlers that ask the same as a rule's <c>require</c>.</summary>
    public static readonly Schema<Requirement> Schema = Declare.Map("claim", Condition).Select((conditions, node, faults) =>
    {
        if (conditions.Count == 0)
        {
            faults.Add(node, "is empty; name at least one claim");
            return null;
        }

        return new Requirement([.. conditions.Select(condition => condition.Value with { Claim = condition.Key })]);
    });
}
