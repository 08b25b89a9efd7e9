using System.Net;
using AuthProxy.Hosting;
using AuthProxy.Jose;
using AuthProxy.Proxy.Cli;
using AuthProxy.Proxy.Development;
using AuthProxy.Proxy.Tests.Pipeline;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Development;

public sealed class DevCommandTests : IDisposable
{
    private readonly FlushedWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("dev").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("--upstream", "http://example.com"), InlineData("--upstream", "http://10.0.0.1:80"), InlineData("--upstream", "http://0.0.0.0:80")]
    [InlineData("--upstream", "http://localhost.example.com"), InlineData("--upstream", "ftp://127.0.0.1"), InlineData("--upstream", "3000")]
    public async Task Upstream_on_another_machine_is_refused(params string[] arguments)
    {
        Assert.Equal(ExitCodes.Usage, await RunAsync(["--as", "alice", .. arguments], CancellationToken.None));
        Assert.Contains("--upstream", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--host", "bank.example.com"), InlineData("--host", "10.0.0.1"), InlineData("--port", "0"), InlineData("--port", "65535"), InlineData("--port", "x")]
    [InlineData("--claim", "novalue"), InlineData("--claim", "=x"), InlineData("--claim", "groups=x"), InlineData("--rules", "/does/not/exist.yaml")]
    public async Task What_cannot_be_is_refused_before_anything_listens(params string[] arguments)
    {
        Assert.NotEqual(ExitCodes.Success, await RunAsync(["--as", "alice", "--upstream", "http://127.0.0.1:9", .. arguments], CancellationToken.None));
        Assert.NotEmpty(_error.ToString());
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public async Task Everybody_arrives_as_the_person_named_with_an_assertion_that_verifies()
    {
        await using var application = await StubService.StartAsync();
        await using var dev = await StartAsync(application.Address, "--groups", "clerks,admins", "--claim", "level=3", "--claim", "name=Jörg");

        using var answer = await dev.Client.GetAsync(new Uri("/orders", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var received = application.Arrived.Last().Headers;
        Assert.Equal("alice", received["X-Auth-Subject"]);
        Assert.StartsWith("dev-", received["X-Auth-Session"], StringComparison.Ordinal);
        using var http = new HttpClient();
        var keys = Assert.IsType<JsonWebKeySetOutcome.Parsed>(JsonWebKeySet.Parse(await http.GetByteArrayAsync(new Uri(dev.Api + "/.well-known/jwks.json")))).Set;
        var verified = await new JwtVerifier(TimeProvider.System).VerifyAsync(
            received["X-Auth-Assertion"]!,
            new JwtPolicy { Algorithms = [JwtAlgorithms.ES256], Issuers = [dev.Api], Audiences = ["app"], Type = JwtTypes.Assertion },
            new FixedKeySource(keys),
            CancellationToken.None);
        var claims = Assert.IsType<JwtOutcome.Verified>(verified).Jwt.Claims;
        Assert.Equal(["clerks", "admins"], claims.GetProperty("groups").EnumerateArray().Select(group => group.GetString()));
        Assert.Equal(3, claims.GetProperty("level").GetInt32());
        Assert.Equal("Jörg", claims.GetProperty("name").GetString());
    }

    [Fact]
    public async Task Page_of_another_origin_and_unknown_host_are_refused_as_they_would_be_in_earnest()
    {
        await using var application = await StubService.StartAsync();
        await using var dev = await StartAsync(application.Address);

        using var crossOrigin = new HttpRequestMessage(HttpMethod.Post, "/orders") { Headers = { { "Origin", "http://evil.example" } } };
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/orders") { Headers = { Host = "evil.example" } };
        using var plain = new HttpRequestMessage(HttpMethod.Post, "/orders");

        Assert.Equal(HttpStatusCode.Forbidden, (await dev.Client.SendAsync(crossOrigin)).StatusCode);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await dev.Client.SendAsync(rebound)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await dev.Client.SendAsync(plain)).StatusCode);
    }

    [Fact]
    public async Task Rules_made_for_elsewhere_run_in_front_of_the_application_on_this_machine()
    {
        var rules = Path.Combine(_folder, "rules.yaml");
        await File.WriteAllTextAsync(rules, """
            version: authproxy/v1
            defaults: { upstream: https://bank.internal.example, authenticators: [oidc, jwt], mutators: [ { handler: assertion, config: { audience: bank } } ] }
            rules:
            - { id: app, match: { path: "/**" } }
            - { id: admin, match: { path: "/admin/**" }, require: { groups: { any: [admins] } } }
            """);
        await using var application = await StubService.StartAsync();
        await using var dev = await StartAsync(application.Address, "--rules", rules, "--groups", "clerks");

        Assert.Equal(HttpStatusCode.OK, (await dev.Client.GetAsync(new Uri("/", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await dev.Client.GetAsync(new Uri("/admin/x", UriKind.Relative))).StatusCode);
        Assert.Contains("With rule 'admin'", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_application_receives_is_shown_without_a_usable_assertion()
    {
        await using var dev = await StartAsync("http://127.0.0.1:9", "--groups", "clerks");

        Assert.Contains("X-Auth-Subject: alice", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"groups\":[\"clerks\"]", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotMatch("eyJ[A-Za-z0-9_-]+\\.eyJ", _output.ToString());
    }

    [Fact]
    public async Task Nobody_behind_the_loopback_listens()
    {
        await using var dev = await StartAsync("http://127.0.0.1:9");

        var listeners = System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners();

        Assert.All(listeners.Where(listener => listener.Port == dev.Port || listener.Port == dev.Port + 1), listener => Assert.True(IPAddress.IsLoopback(listener.Address)));
    }

    private Task<int> RunAsync(string[] arguments, CancellationToken cancellation) =>
        new CommandLine([DevCommand.Command], new CommandConsole(_output, _error)).RunAsync(["dev", .. arguments], cancellation);

    private async Task<RunningDev> StartAsync(string upstream, params string[] arguments)
    {
        var port = Loopback.FreeBase([0, 1]);
        var stop = new CancellationTokenSource();
        var run = Task.Run(() => RunAsync(["--as", "alice", "--upstream", upstream, "--port", port.ToString(System.Globalization.CultureInfo.InvariantCulture), .. arguments], stop.Token));
        await Task.WhenAny(run, _output.Flushed);
        Assert.False(run.IsCompleted, _error.ToString());
        return new RunningDev(port, run, stop);
    }

    /// <summary>Says when all has been written that is written at start.</summary>
    private sealed class FlushedWriter : StringWriter
    {
        private readonly TaskCompletionSource _flushed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Flushed => _flushed.Task;

        public override void Flush() => _flushed.TrySetResult();
    }

    private sealed class RunningDev(int port, Task<int> run, CancellationTokenSource stop) : IAsyncDisposable
    {
        public int Port => port;

        public string Api => $"http://127.0.0.1:{port + 1}";

        public HttpClient Client { get; } = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await stop.CancelAsync();
            Assert.Equal(ExitCodes.Success, await run);
            stop.Dispose();
        }
    }
}
