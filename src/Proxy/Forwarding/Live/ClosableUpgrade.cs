using Microsoft.AspNetCore.Http.Features;

namespace AuthProxy.Proxy.Forwarding.Live;

/// <summary>Lets a WebSocket be accepted as ever, over HTTP/1.1 or as an extended CONNECT (RFC 8441), and keeps hold of its stream.</summary>
internal static class ClosableUpgrade
{
    private const string WebSocket = "websocket";

    public static void Wrap(HttpContext context, LiveExchange exchange)
    {
        if (exchange.Subject is null)
        {
            // Nothing will end it before its time.
            return;
        }

        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: WebSocket } connect)
        {
            context.Features.Set<IHttpExtendedConnectFeature>(new Connect(connect, exchange));
        }
        else if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade
            && context.Request.Headers.Upgrade.ToString().Equals(WebSocket, StringComparison.OrdinalIgnoreCase))
        {
            context.Features.Set<IHttpUpgradeFeature>(new Upgrade(upgrade, exchange));
        }
    }

    private static ClosableWebSocket Keep(Stream client, LiveExchange exchange)
    {
        var socket = new ClosableWebSocket(client);
        exchange.EndsBy(socket);
        return socket;
    }

    private sealed class Upgrade(IHttpUpgradeFeature inner, LiveExchange exchange) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => inner.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync() => Keep(await inner.UpgradeAsync(), exchange);
    }

    private sealed class Connect(IHttpExtendedConnectFeature inner, LiveExchange exchange) : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => inner.IsExtendedConnect;

        public string? Protocol => inner.Protocol;

        public async ValueTask<Stream> AcceptAsync() => Keep(await inner.AcceptAsync(), exchange);
    }
}
