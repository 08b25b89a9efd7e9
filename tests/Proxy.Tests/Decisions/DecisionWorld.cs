using System.Net.Sockets;
using System.Text;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Mutation;
using AuthProxy.Proxy.Tests.Pipeline;
using AuthProxy.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Proxy.Tests.Decisions;

/// <summary>A Proxy with a caller of each convention, asked with the very bytes that such a caller sends.</summary>
internal sealed class DecisionWorld : IAsyncDisposable
{
    private const string Rules = """
        version: authproxy/v1
        defaults: { upstream: http://127.0.0.1:9, authenticators: [anonymous], mutators: [noop] }
        rules:
        - { id: item, match: { path: "/items/{id}", methods: [GET] }, mutators: [ tell, { handler: header, config: { headers: { X-Rule: item } } } ] }
        - { id: checkout, match: { path: /checkout, methods: [POST] }, mutators: [ { handler: header, config: { headers: { X-Rule: checkout } } } ] }
        - { id: secure, match: { path: /scheme }, mutators: [tell] }
        - { id: open, match: { path: /open } }
        - { id: app, match: { path: "/app/**" }, authenticators: [noop] }
        - { id: quiet, match: { path: /quiet }, websocket: deny }
        - { id: closed, match: { path: /closed }, authorizers: [deny] }
        - { id: login, match: { path: /login }, authenticators: [unauthorized], errors: [ { handler: redirect, config: { to: "https://login.test/", return_to_query_param: from } } ] }
        - { id: broken, match: { path: /broken }, mutators: [ { handler: header, config: { headers: { X-Deep: "{{ .Extra.a.b.c }}" } } } ] }
        - id: known
          match: { path: /known }
          authenticators: [ { handler: jwt, config: { jwks_urls: ["{keys}"], allowed_algorithms: [ES256], trusted_issuers: ["https://issuer.example"], target_audience: [orders] } } ]
          mutators: [ { handler: header, config: { headers: { X-User: "{{ print .Subject }}" } } } ]
        """;

    private DecisionWorld(RunningProxy proxy) => Proxy = proxy;

    public RunningProxy Proxy { get; }

    public static string Serve { get; } = "decisions: { callers: [" + string.Join(", ",
        from convention in (string[])["oathkeeper", "nginx", "caddy", "traefik", "envoy"]
        select $"{{ name: {convention}, key: {KeyOf(convention)}, hosts: [shop.test], convention: {convention} }}") + "] }";

    public static async Task<DecisionWorld> StartAsync(string rules = Rules, string? serve = null, string proxy = "", Action<IServiceCollection>? replace = null) =>
        new(await RunningProxy.StartAsync(rules, serve: serve ?? Serve, listener: proxy, replace: services =>
        {
            services.AddSingleton<IHandlerKind<IMutator>, TellingKind>();
            replace?.Invoke(services);
        }));

    public static string KeyOf(string caller) => caller.PadRight(40, 'k');

    /// <summary>Asks as a caller that proves who it is.</summary>
    public Task<string> AskAsync(string caller, string line, params string[] headers) =>
        SendAsync($"{line} HTTP/1.1", [.. headers, $"X-AuthProxy-Caller-Key: {KeyOf(caller)}"]);

    /// <summary>What each convention's proxy sends for this request, and nothing else.</summary>
    public Task<string> AskAboutAsync(string caller, string method, string target, params string[] more) => caller switch
    {
        "nginx" => AskAsync(caller, "GET /decisions", ["Host: shop.test", $"X-Original-Method: {method}", $"X-Original-URI: {target}", "X-Forwarded-Proto: http", .. more]),
        "caddy" or "traefik" => AskAsync(caller, "GET /decisions",
            ["Host: 127.0.0.1", $"X-Forwarded-Method: {method}", "X-Forwarded-Proto: http", "X-Forwarded-Host: shop.test", $"X-Forwarded-Uri: {target}", .. more]),
        _ => AskAsync(caller, $"{method} /decisions{target}", ["Host: shop.test", "Content-Length: 0", .. more]),
    };

    public Task<string> SendAsync(string line, params string[] headers)
    {
        var host = headers.Any(header => header.StartsWith("Host:", StringComparison.Ordinal)) ? "" : "Host: shop.test\r\n";
        return RawRequest.SendAsync(Proxy.ApiAddress, $"{line}\r\n{host}{string.Concat(headers.Select(header => header + "\r\n"))}Connection: close\r\n\r\n");
    }

    public static int StatusOf(string answer) => RawHttp.StatusOf(answer);

    /// <summary>A header of the answer; null where it is not there.</summary>
    public static string? HeaderOf(string answer, string name) => answer.Split("\r\n\r\n")[0].Split("\r\n")
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim())
        .SingleOrDefault();

    public static string? ReasonOf(string answer) => HeaderOf(answer, "X-AuthProxy-Refusal");

    public ValueTask DisposeAsync() => Proxy.DisposeAsync();

    /// <summary>Asks over a unix socket.</summary>
    public static async Task<string> SendAsync(Socket socket, string request)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }
}

/// <summary>Tells what the stages saw of the original request.</summary>
internal sealed class TellingMutator : IMutator
{
    public const string Key = "X-Key";

    public string Name => "tell";

    public IReadOnlyCollection<string> HeaderNames => ["X-Target", "X-Scheme", "X-Client", Key];

    public ValueTask<MutationOutcome> MutateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        var received = request.Received;
        request.Identity.Set("X-Target", received.Target.ToString());
        request.Identity.Set("X-Scheme", received.Address.Scheme);
        request.Identity.Set("X-Client", received.Client.ToString());
        request.Identity.Set(Key, received.Headers["X-AuthProxy-Caller-Key"].ToString());
        return new(MutationOutcome.Done.Instance);
    }
}

internal sealed class TellingKind : IHandlerKind<IMutator>
{
    public string Name => "tell";

    public Hosting.Configuration.Schema Schema { get; } = NoSettings.Of("tell", "Tells what the stages saw.");

    public IMutator? Prepare(HandlerPreparation preparation) => new TellingMutator();
}

/// <summary>One Proxy for all tests of a class that only ask.</summary>
public sealed class DecisionFixture : IAsyncLifetime
{
    internal DecisionWorld World { get; private set; } = null!;

    public async Task InitializeAsync() => World = await DecisionWorld.StartAsync();

    public async Task DisposeAsync() => await World.DisposeAsync();
}
