namespace AuthProxy.Proxy.Sanitizing;

/// <summary>Which protocols a request may switch to. An offer of h2c, which some clients make with every request, is passed over.</summary>
internal static class Upgrades
{
    public static bool IsTunnel(string protocol) =>
        protocol.Equals("websocket", StringComparison.OrdinalIgnoreCase) || protocol.StartsWith("SPDY/", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Whether a request that another proxy holds asks for an upgrade. That proxy has taken Connection and Upgrade off as its own, but no
    /// WebSocket begins without the handshake's headers, and no page can set or leave them out.
    /// </summary>
    public static bool IsStated(IHeaderDictionary headers) =>
        headers.SecWebSocketKey.Count > 0 || headers.SecWebSocketVersion.Count > 0 || IsTunnel(headers.Upgrade.ToString());

    /// <summary>
    /// Whether a request that another proxy holds asks for a protocol that nobody here knows. That proxy may switch to it, and behind the
    /// switch (HTTP/2 by <c>Upgrade: h2c</c>) stand requests that nobody decided on.
    /// </summary>
    public static bool IsUnknown(IHeaderDictionary headers) => headers.Upgrade.Count > 0 && !IsTunnel(headers.Upgrade.ToString());
}
