using System.Net;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Policies;

namespace AuthProxy.Rules.Loading;

/// <summary>What a rule answers while what stands behind it is being maintained; switched by writing it and taking it out again.</summary>
internal static class MaintenanceSchema
{
    private static readonly Schema<IReadOnlyList<IPNetwork>> Except = Declare.Object<IReadOnlyList<IPNetwork>>("maintenance exception", "Who gets through.", o =>
    {
        var networks = o.List("networks", Declare.Network, "Networks of clients that get through as if nothing were.");
        return read => read.Get(networks);
    });

    public static readonly Schema<MaintenancePolicy> Schema = Declare.Object<MaintenancePolicy>("maintenance", "The answer to every request, before anybody is asked who is calling.", o =>
    {
        var status = o.Integer("status", "The answer's status.").Default(503).AtLeast(500).AtMost(599);
        var message = o.Text("message", "What people read on the page, and programs in the problem details.")
            .Default("This service is being maintained. Please try again later.")
            .Must(text => text.Length is > 0 and <= 500 && !text.Any(char.IsControl), "write one line of at most 500 characters");
        var retryAfter = o.Duration("retry_after", "When another try makes sense; sent as Retry-After.").AtLeast("1s").AtMost("720h").Optional();
        var except = o.Object("except", Except, "Who gets through, so that operators can try what they did.");
        return read => new MaintenancePolicy(read.Get(status), read.Get(message), read.Get(retryAfter), read.Get(except));
    });
}
