using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Integrations;

/// <summary>An application, a provider, a Proxy that only decides, and a real gateway that asks it.</summary>
public abstract class GatewayWorld(string convention) : IAsyncLifetime
{
    private const string CallerKey = "a-key-of-at-least-thirty-two-characters";

    public StubUpstream Application { get; private set; } = null!;

    public OidcProvider Provider { get; private set; } = null!;

    public ProxyProcess Proxy { get; private set; } = null!;

    public Gateway Gateway { get; private set; } = null!;

    public GatewayPorts Ports { get; private set; } = null!;

    public Uri Url(string target) => new($"http://{Gateway.Host}:{Ports.Gateway}{target}");

    public async Task InitializeAsync()
    {
        Application = await StubUpstream.StartAsync();
        var ports = Loopback.FreePorts(4);
        Ports = new GatewayPorts(ports[0], Application.Address.Port, ports[1], ports[3], CallerKey);
        var origin = $"http://{Gateway.Host}:{ports[0]}";
        Provider = await OidcProvider.StartAsync($"{origin}/.authproxy/callback", $"{origin}/.authproxy/signed-out");
        Proxy = await ProxyProcess.StartAsync(
            """
            version: authproxy/v1
            defaults: { upstream: http://127.0.0.1:9, authenticators: [oidc], mutators: [ { handler: header, config: { headers: { X-User: "{{ print .Subject }}" } } }, assertion ] }
            rules:
            - { id: app, match: { path: "/**" } }
            - { id: open, match: { path: "/open/**" }, authenticators: [noop], mutators: [noop] }
            - { id: closed, match: { path: "/closed/**" }, authenticators: [noop], authorizers: [deny] }
            - { id: read-only, match: { path: /read, methods: [GET] }, authenticators: [noop], mutators: [noop] }
            - { id: written, match: { path: /read, methods: [POST] }, authenticators: [noop], authorizers: [deny] }
            - { id: upload, match: { path: /upload }, authenticators: [noop], mutators: [noop] }
            - { id: socket, match: { path: /socket }, authenticators: [oidc, noop], mutators: [noop] }
            """,
            $$"""
            assertion: { audiences: [shop] }
            authenticators:
              oidc:
                enabled: true
                config: { issuer: "{{Provider.Issuer}}", client_id: {{OidcProvider.ClientId}}, client_secret: {{OidcProvider.ClientSecret}}, scopes: [openid] }
            """,
            ports: [ports[1], ports[2], ports[3]],
            urls: [origin],
            proxy: ", trusted_networks: [127.0.0.1]",
            serve: $"decisions: {{ callers: [ {{ name: gateway, key: {CallerKey}, hosts: [{Gateway.Host}], convention: {convention} }} ] }}");
        Gateway = await StartGatewayAsync(Ports);
    }

    public async Task DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Proxy.DisposeAsync();
        await Provider.DisposeAsync();
        await Application.DisposeAsync();
    }

    protected abstract Task<Gateway> StartGatewayAsync(GatewayPorts ports);
}

public sealed class NginxWorld() : GatewayWorld("nginx")
{
    protected override Task<Gateway> StartGatewayAsync(GatewayPorts ports) => Gateway.StartNginxAsync(ports);
}

public sealed class CaddyWorld() : GatewayWorld("caddy")
{
    protected override Task<Gateway> StartGatewayAsync(GatewayPorts ports) => Gateway.StartCaddyAsync(ports);
}
