using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Policies;

namespace AuthProxy.Rules.Loading;

/// <summary>How long the parts of a rule's requests may take; a key that is not written is that of the defaults, then the service's.</summary>
internal static class TimeoutsSchema
{
    public static readonly Schema<RuleTimeouts> Schema = Declare.Object<RuleTimeouts>("timeouts", "How long the parts of a request may take.", o =>
    {
        var decision = o.Duration("decision", "Authentication, authorization and mutation together; past it 504. Without the key as long as their handlers take.")
            .AtLeast("10ms").AtMost("5m").Optional();
        var response = o.Duration("response", "Until the upstream begins its answer, counted from the end of the request's body. Without the key forwarding.response_timeout.")
            .AtLeast("100ms").AtMost("1h").Optional();
        var activity = o.Duration("activity", "How long a body, stream or WebSocket may be silent in both directions. Without the key forwarding.activity_timeout.")
            .AtLeast("1s").AtMost("24h").Optional();
        return read => new RuleTimeouts { Decision = read.Get(decision), Response = read.Get(response), Activity = read.Get(activity) };
    });
}
