using System.Diagnostics.Metrics;

namespace AuthProxy.Hosting.Metrics;

/// <summary>What the shared parts count.</summary>
public static class HostingMeter
{
    public const string Name = "AuthProxy.Hosting";

    internal static readonly Meter Meter = new(Name);

    internal static readonly Counter<long> CertificateReloads =
        Meter.CreateCounter<long>("authproxy.certificate.reloads", description: "Certificates read from changed files, by outcome.");

    internal static readonly Counter<long> OverLimit =
        Meter.CreateCounter<long>("authproxy.requests.over_limit", description: "Requests refused because too many were under way.");
}
