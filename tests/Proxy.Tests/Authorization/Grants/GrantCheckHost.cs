using System.Net;
using System.Net.Sockets;
using System.Text;
using AuthProxy.Proxy.Addresses;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authorization;
using AuthProxy.Proxy.Authorization.Grants;
using AuthProxy.Proxy.Bodies;
using AuthProxy.Proxy.Matching;
using AuthProxy.Rules;
using AuthProxy.Rules.Loading;
using AuthProxy.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Proxy.Tests.Authorization.Grants;

/// <summary>A real server that runs one rule's grant check and, where it passes, gives back the body as whoever forwards it would read it.</summary>
internal sealed class GrantCheckHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private GrantCheckHost(WebApplication app) => _app = app;

    public ScriptedVerifier Tokenizer { get; } = new();

    public HeldBodyBudget Budget { get; private set; } = null!;

    public FakeClock Clock { get; } = new();

    public HttpClient Client { get; private set; } = null!;

    /// <summary>Done when the first check has begun and waits for something.</summary>
    public Task Waiting => _waiting.Task;

    public string? LastWhy { get; private set; }

    /// <summary>Runs while the upstream would be answering; the body is held.</summary>
    public Func<Task> WhileForwarding { get; set; } = () => Task.CompletedTask;

    private Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<GrantCheckHost> StartAsync(
        string verify, HttpProtocols protocols = HttpProtocols.Http1, int bodyLimit = 64 * 1024, long budget = 1024 * 1024, bool session = true)
    {
        var load = RuleFileReader.LoadText(
            $$"""
            version: authproxy/v1
            rules:
            - id: ssn
              match: { path: "/customers/{token}/**" }
              authenticators: [oidc]
              upstream: http://127.0.0.1:1
              grants: { verify: [ {{verify}} ] }
            """, "rules.yaml");
        Assert.Empty(load.Faults);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols);
        });
        var host = new GrantCheckHost(builder.Build()) { Budget = new HeldBodyBudget(budget) };
        var limits = new HeldBodyLimits(bodyLimit, budget, TimeSpan.FromSeconds(15));
        var check = new GrantCheckFactory(limits, new BodyHolder(host.Budget, limits, host.Clock), host.Tokenizer).Create(load.Rules[0], new())!;
        host._app.Run(context => host.HandleAsync(context, load.Set!, check, session));
        await host._app.StartAsync();
        host.Client = new HttpClient
        {
            BaseAddress = host.Address,
            DefaultRequestVersion = protocols == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        return host;
    }

    /// <summary>Sends bytes as they are and gives back what comes until the connection closes.</summary>
    public Task<string> SendRawAsync(params byte[][] parts) => SendRawUntilAsync(null, parts);

    /// <summary>Does not wait for the close: a server may linger for the body that was announced.</summary>
    public Task<string> SendRawUntilAsync(string expected, string text) => SendRawUntilAsync(expected, [Encoding.Latin1.GetBytes(text)]);

    private async Task<string> SendRawUntilAsync(string? expected, byte[][] parts)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Address.Port);
        var stream = socket.GetStream();
        foreach (var part in parts)
        {
            await stream.WriteAsync(part);
            await stream.FlushAsync();
        }

        var received = new StringBuilder();
        var buffer = new byte[4096];
        while ((expected is null || !received.ToString().Contains(expected, StringComparison.Ordinal)) && await stream.ReadAsync(buffer) is > 0 and var count)
        {
            received.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return received.ToString();
    }

    public Task<string> SendRawAsync(string text) => SendRawAsync(Encoding.Latin1.GetBytes(text));

    public async Task<(int Status, string Text)> PutAsync(string target, byte[] body, string? type = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, target)
        {
            Content = new ByteArrayContent(body),
            Version = Client.DefaultRequestVersion,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (type is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        foreach (var (name, value) in headers)
        {
            _ = request.Headers.TryAddWithoutValidation(name, value) || request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public Task<(int Status, string Text)> PutAsync(string target, string body, string? type = "application/json", params (string Name, string Value)[] headers) =>
        PutAsync(target, Encoding.UTF8.GetBytes(body), type, headers);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context, RuleSet rules, GrantCheck check, bool session)
    {
        var request = Request(context, rules, session);
        var outcome = check.CheckAsync(context, request, context.RequestAborted);
        _waiting.TrySetResult();
        switch (await outcome)
        {
            case AuthorizationOutcome.Refused refused:
                LastWhy = refused.Why;
                context.Response.StatusCode = refused.Refusal.Status;
                await context.Response.WriteAsync(refused.Refusal.Reason);
                break;
            default:
                using (var copy = new MemoryStream())
                {
                    await WhileForwarding();
                    await context.Request.Body.CopyToAsync(copy);
                    context.Response.Headers["X-Content-Length"] = context.Request.ContentLength?.ToString(System.Globalization.CultureInfo.InvariantCulture);
                    await context.Response.Body.WriteAsync(copy.ToArray());
                }

                break;
        }
    }

    private static ProxiedRequest Request(HttpContext context, RuleSet rules, bool session)
    {
        var target = ((TargetOutcome.Canonical)CanonicalTarget.Parse(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, rules.TargetOptions)).Target;
        var facts = new RequestFacts(context.Request.Method, "http", "bank.app.localhost", target);
        var found = (RuleLookup.One)rules.Find(facts);
        var received = new FrozenRequest(
            context.Request.Method, new PublicAddress("http", "bank.app.localhost"), target, context.Request.Headers, IPAddress.Loopback,
            context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true ? RequestKind.Grpc : RequestKind.Programmatic,
            context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true);
        return new ProxiedRequest(received, PreparedRules.Empty)
        {
            Subject = Subject.WithoutClaims("https://idp", "alice") with { Session = session ? new SessionIdentity("alice-1", DateTimeOffset.MaxValue) : null },
            Match = new RuleMatch(PreparedRules.Empty, new PreparedRule(found.Rule, [], [], null, [], [], null) { Revision = 1 }, found.Captures(facts)),
        };
    }
}
