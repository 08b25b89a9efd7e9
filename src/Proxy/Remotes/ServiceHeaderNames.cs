using System.Collections.Frozen;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Mutation;

namespace AuthProxy.Proxy.Remotes;

/// <summary>Which headers a rule may have sent to a service that it asks.</summary>
internal static class ServiceHeaderNames
{
    // The question's own: its body, its host, its connection, and that its answer is not compressed.
    private static readonly FrozenSet<string> Questions = new[]
    {
        "Accept-Encoding", "Connection", "Expect", "Host", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private const string WriteNames = "write header names of letters, digits and -";
    private const string LeaveOut = "leave out what the question itself decides (Accept-Encoding, Connection, Content-Length, Content-Type, Host, Transfer-Encoding, …)";

    public static Setting<IReadOnlyDictionary<string, string>> NamesServiceHeaders(this Setting<IReadOnlyDictionary<string, string>> setting) =>
        setting.Must(map => map.Keys.All(UpstreamHeaderNames.IsName), WriteNames).Must(map => map.Keys.All(IsFree), LeaveOut);

    public static Setting<IReadOnlyList<string>> NamesServiceHeaders(this Setting<IReadOnlyList<string>> setting) =>
        setting.Must(list => list.All(UpstreamHeaderNames.IsName), WriteNames).Must(list => list.All(IsFree), LeaveOut);

    private static bool IsFree(string name) => !Questions.Contains(name) && !name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);
}
