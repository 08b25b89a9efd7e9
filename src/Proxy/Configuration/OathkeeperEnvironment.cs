using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Configuration;

/// <summary>
/// Oathkeeper reads any key from a variable without a prefix (<c>SERVE_PROXY_PORT</c>). Kubernetes makes such names for services of its own accord, so they
/// are not read here; where somebody moved here with them, they should not vanish without a word.
/// </summary>
internal static class OathkeeperEnvironment
{
    private const int MostShown = 5;

    private static readonly string[] Beginnings =
        ["SERVE_PROXY_", "SERVE_API_", "SERVE_PROMETHEUS_", "ACCESS_RULES_", "AUTHENTICATORS_", "AUTHORIZERS_", "MUTATORS_", "ERRORS_FALLBACK", "ERRORS_HANDLERS_", "TRACING_PROVIDER"];

    /// <summary>One warning for all of them, without their values.</summary>
    public static void Warn(IReadOnlyDictionary<string, string> environment, ConfigFaults faults)
    {
        var names = environment.Keys.Where(name => Beginnings.Any(beginning => name.StartsWith(beginning, StringComparison.Ordinal))).Order(StringComparer.Ordinal).ToList();
        if (names.Count > 0)
        {
            faults.Warn(new ConfigFault("the environment", 0, "",
                $"has variables with Oathkeeper's names, which are not read here: {string.Join(", ", names.Take(MostShown))}{(names.Count > MostShown ? ", …" : "")}; write AUTHPROXY__SERVE__PROXY__PORT for serve.proxy.port, and so on"));
        }
    }
}
