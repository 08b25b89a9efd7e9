using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Remotes;

/// <summary>Which headers a rule may have sent to a service that it asks.</summary>
internal static class ServiceHeaderNames
{
    private const string WriteNames = "write header names of letters, digits and -";
    private const string LeaveOut = "leave out what the question itself decides (Accept-Encoding, Connection, Content-Length, Content-Type, Host, Transfer-Encoding, …)";

    public static Setting<IReadOnlyDictionary<string, string>> NamesServiceHeaders(this Setting<IReadOnlyDictionary<string, string>> setting) =>
        setting.Must(map => map.Keys.All(ServiceHeaders.IsName), WriteNames).Must(map => map.Keys.All(ServiceHeaders.MaySend), LeaveOut);

    public static Setting<IReadOnlyList<string>> NamesServiceHeaders(this Setting<IReadOnlyList<string>> setting) =>
        setting.Must(list => list.All(ServiceHeaders.IsName), WriteNames).Must(list => list.All(ServiceHeaders.MaySend), LeaveOut);
}
