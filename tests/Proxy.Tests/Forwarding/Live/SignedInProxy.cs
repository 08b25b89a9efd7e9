using System.Net.WebSockets;
using AuthProxy.Hosting.Edges;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Tests.Pipeline;
using AuthProxy.Proxy.Tests.Sessions;
using AuthProxy.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Proxy.Tests.Forwarding.Live;

/// <summary>A Proxy in front of an application, with somebody signed in; what happens at the provider is left out.</summary>
internal sealed class SignedInProxy : IAsyncDisposable
{
    public const string Host = "app.localhost";
    public const string Origin = "http://" + Host;

    private SignedInProxy(RunningProxy proxy, StubUpstream upstream) => (Proxy, Upstream) = (proxy, upstream);

    public RunningProxy Proxy { get; }

    public StubUpstream Upstream { get; }

    public LiveSessions Sessions => Part<LiveSessions>();

    public static async Task<SignedInProxy> StartAsync()
    {
        var upstream = await StubUpstream.StartAsync();
        var proxy = await RunningProxy.StartAsync(
            $$"""
            version: authproxy/v1
            defaults: { upstream: "{{upstream.Address}}", mutators: [noop] }
            rules:
            - id: bearers
              match: { path: "/socket", methods: [GET] }
              authenticators:
              - oidc
              - { handler: jwt, config: { jwks_urls: ["{keys}"], trusted_issuers: ["{{TestTokens.Issuer}}"], target_audience: [{{TestTokens.Audience}}], allowed_algorithms: [ES256] } }
            - { id: everything, match: { path: "/**" }, authenticators: [oidc] }
            """,
            $$"""
            sessions: { store: memory }
            authenticators: { oidc: { config: { issuer: "{{Some.Issuer}}", client_id: c } } }
            """,
            listener: $", public_urls: [\"{Origin}\"], h2c_port: 0");
        return new SignedInProxy(proxy, upstream);
    }

    public T Part<T>()
        where T : notnull => Proxy.Services.GetRequiredService<T>();

    /// <summary>Somebody has logged in: the session, and the header that shows it.</summary>
    public async Task<(Session Session, string Cookie)> SignInAsync(string subject = "alice")
    {
        var (session, cookie) = await Sessions.BeginAsync(Some.Login(subject), Host, default);
        return (session, $"{SecretCookies.Session}={cookie.Text}");
    }

    public async Task<ClientWebSocket> ConnectAsync(string header, string value, int version = 1)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Host", Host);
        socket.Options.SetRequestHeader("Origin", Origin);
        socket.Options.SetRequestHeader(header, value);
        socket.Options.HttpVersion = new Version(version, version == 1 ? 1 : 0);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        var invoker = new HttpMessageInvoker(Loopback.Handler());
        var port = Part<Listeners>().PortOf(version == 1 ? "proxy" : "proxy.h2c");
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/socket"), invoker, default);
        return socket;
    }

    public async Task<HttpResponseMessage> GetAsync(string path, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = Host;
        request.Headers.Add("Cookie", cookie);
        return await Proxy.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}
