namespace AuthProxy.Helm.Tests;

/// <summary>The charts of this repository.</summary>
internal static class Charts
{
    public const string Authproxy = "helm/authproxy";
    public const string Sidecar = "helm/authproxy-sidecar";

    /// <summary>An application with the sidecar.</summary>
    public const string Bank = "samples/charts/bank";

    /// <summary>The smallest values with which the standalone form renders.</summary>
    public const string OneReplica = "helm/authproxy/values/one-replica.yaml";

    /// <summary>Everything at once: replicas, Redis, the vault on PostgreSQL, restricted networks.</summary>
    public const string Replicas = "helm/authproxy/values/replicas.yaml";
}
