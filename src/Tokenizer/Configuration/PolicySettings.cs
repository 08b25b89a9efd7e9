using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Tokenizer.Configuration;

[Flags]
internal enum PolicyOperations
{
    None = 0,
    Create = 1,
    Read = 2,
    Describe = 4,
    Delete = 8,
}

/// <summary>What a service may do with tokens although no user's session is there: a nightly job, an import.</summary>
/// <param name="Trust">The trust entry, with role service, whose key holder it is for; its application's tokens are meant.</param>
/// <param name="Records">The records whose tokens are meant, a trailing asterisk standing for anything; empty: all tokens of the application.</param>
/// <param name="PerHour">How many operations are allowed within an hour of the clock.</param>
internal sealed record PolicySettings(string Name, string Trust, PolicyOperations Operations, IReadOnlyList<string> Records, int PerHour)
{
    private static readonly Schema<PolicyOperations> Operation = Declare.Choice(
        ("create", PolicyOperations.Create), ("read", PolicyOperations.Read), ("describe", PolicyOperations.Describe), ("delete", PolicyOperations.Delete));

    public static readonly Schema<PolicySettings> Schema = Declare.Object<PolicySettings>("service_policy", "What a service may do with tokens without a user's session.", o =>
    {
        var name = o.Text("name", "What the service calls it, and what the audit shows.").ApplicationName();
        var trust = o.Text("trust", "The trust entry, with role service, that may use it; tokens of that entry's application are meant.").NotEmpty("name the entry");
        var operations = o.List("operations", Operation, "What it allows: create, read, describe, delete.").NotEmpty("allow at least one operation");
        var records = o.List("records", Declare.Text, "The records whose tokens it is for, a trailing * standing for anything, as in customers/*; the service must name the record. Empty: all tokens of the application.");
        var perHour = o.Integer("per_hour", "How many operations are allowed within an hour of the clock; past it 429.").AtLeast(1).AtMost(10_000_000);
        return read =>
        {
            foreach (var pattern in read.Get(records).Where(pattern => pattern.TrimEnd('*').Contains('*', StringComparison.Ordinal) || pattern.EndsWith("**", StringComparison.Ordinal)))
            {
                read.Fault(records, $"holds {pattern}; an asterisk stands at the end, once");
            }

            return new PolicySettings(
                read.Get(name), read.Get(trust), read.Get(operations).Aggregate(PolicyOperations.None, (all, one) => all | one), read.Get(records), read.Get(perHour));
        };
    });

    public bool IsFor(string record) => Records.Any(pattern =>
        pattern.EndsWith('*') ? record.StartsWith(pattern[..^1], StringComparison.Ordinal) : record == pattern);
}
