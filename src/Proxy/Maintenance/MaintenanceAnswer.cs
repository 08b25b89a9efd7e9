using System.Net;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Rules.Policies;

namespace AuthProxy.Proxy.Maintenance;

/// <summary>What one rule answers while it is being maintained, made when the rule loads.</summary>
internal sealed class MaintenanceAnswer(MaintenancePolicy policy)
{
    public Refusal Refusal { get; } = ProxyRefusals.Maintenance with
    {
        Status = policy.Status,
        Title = policy.Message,
        RetryAfter = policy.RetryAfter is { } time ? (int)Math.Ceiling(time.TotalSeconds) : null,
    };

    /// <summary>Whether the client gets through as if nothing were.</summary>
    public bool Excepts(IPAddress client)
    {
        foreach (var network in policy.Except)
        {
            if (network.Contains(client))
            {
                return true;
            }
        }

        return false;
    }
}
