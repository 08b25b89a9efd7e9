using System.Net;

namespace AuthProxy.Rules.Policies;

/// <summary>What a rule answers while what stands behind it is being maintained.</summary>
/// <param name="Status">The answer's status.</param>
/// <param name="Message">What people and programs read.</param>
/// <param name="RetryAfter">When another try makes sense; null where nobody knows.</param>
/// <param name="Except">Clients that get through as if nothing were, so that operators can try what they did.</param>
public sealed record MaintenancePolicy(int Status, string Message, TimeSpan? RetryAfter, IReadOnlyList<IPNetwork> Except);
