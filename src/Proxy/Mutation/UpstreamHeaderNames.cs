using System.Collections.Frozen;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Mutation;

/// <summary>Which headers a rule may have set for the upstream, by a template or by a service's answer.</summary>
internal static class UpstreamHeaderNames
{
    // What frames the message, describes the body that the client sends, or speaks about the connection: not a rule's to say.
    private static readonly FrozenSet<string> Forwarding = new[]
    {
        "Allow", "Connection", "Expires", "Host", "Keep-Alive", "Last-Modified", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private const string WriteNames = "write header names of letters, digits and -";
    private const string LeaveOut = "leave out what the forwarding decides (Connection, Host, Content-Length, Content-Type, Transfer-Encoding, …)";

    public static Setting<IReadOnlyDictionary<string, string>> NamesUpstreamHeaders(this Setting<IReadOnlyDictionary<string, string>> setting) =>
        setting.Must(map => map.Keys.All(IsName), WriteNames).Must(map => map.Keys.All(IsFree), LeaveOut);

    public static Setting<IReadOnlyList<string>> NamesUpstreamHeaders(this Setting<IReadOnlyList<string>> setting) =>
        setting.Must(list => list.All(IsName), WriteNames).Must(list => list.All(IsFree), LeaveOut);

    public static Setting<string> NamesUpstreamHeader(this Setting<string> setting) => setting.Must(IsName, WriteNames).Must(IsFree, LeaveOut);

    // RFC 9110, section 5.6.2 allows more; what is left out only helps to confuse upstreams.
    public static bool IsName(string name) =>
        name.Length is > 0 and <= 256 && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');

    private static bool IsFree(string name) => !Forwarding.Contains(name) && !name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);
}
