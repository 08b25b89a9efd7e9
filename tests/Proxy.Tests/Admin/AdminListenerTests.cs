using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using AuthProxy.Proxy.Tests.Pipeline;

namespace AuthProxy.Proxy.Tests.Admin;

public class AdminListenerTests
{
    private const string Rules = """
        version: authproxy/v1
        rules:
        - id: orders
          match: { path: "/orders/**", methods: [GET] }
          authenticators:
          - handler: jwt
            config: { jwks_urls: ["{keys}"], trusted_issuers: [https://issuer.example], target_audience: [orders-secret-audience] }
          mutators: [noop]
          upstream: http://127.0.0.1:9
        """;

    [Fact]
    public async Task Rules_in_force_are_shown_with_their_source_and_without_their_handlers_settings()
    {
        await using var proxy = await RunningProxy.StartAsync(Rules);

        var (status, text) = await GetAsync(proxy, "/rules");

        using var json = JsonDocument.Parse(text);
        var rule = json.RootElement[0];
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("orders", rule.GetProperty("id").GetString());
        Assert.EndsWith("rules.yaml:3", rule.GetProperty("source").GetString(), StringComparison.Ordinal);
        Assert.Equal("/orders/**", rule.GetProperty("match").GetProperty("url").GetString());
        Assert.Equal("""{"handler":"jwt"}""", JsonSerializer.Serialize(rule.GetProperty("authenticators")[0]));
        Assert.Equal("http://127.0.0.1:9/", rule.GetProperty("upstream").GetProperty("url").GetString());
        Assert.DoesNotContain("issuer", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_rule_is_shown_by_its_id_and_an_unknown_one_is_404_in_JSON()
    {
        await using var proxy = await RunningProxy.StartAsync(Rules);

        var (found, rule) = await GetAsync(proxy, "/rules/orders");
        var (missing, refusal) = await GetAsync(proxy, "/rules/order");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (found, missing));
        using var json = JsonDocument.Parse(rule);
        Assert.Equal("orders", json.RootElement.GetProperty("id").GetString());
        Assert.DoesNotContain("secret", rule, StringComparison.Ordinal);
        using var problem = JsonDocument.Parse(refusal);
        Assert.Equal(404, problem.RootElement.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Rule_of_Oathkeepers_form_is_shown_in_Oathkeepers_fields()
    {
        await using var proxy = await RunningProxy.StartAsync("""
            - id: teams/orders
              match: { url: "http://shop.test/orders", methods: [GET] }
              authenticators: [ { handler: anonymous } ]
              authorizer: { handler: allow }
              mutators: [ { handler: noop } ]
            """);

        using var json = JsonDocument.Parse((await GetAsync(proxy, "/rules/teams/orders")).Text);

        Assert.Equal("allow", json.RootElement.GetProperty("authorizer").GetProperty("handler").GetString());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("upstream").ValueKind);
    }

    [Theory]
    [InlineData("", "0 1 2"), InlineData("?limit=1", "0"), InlineData("?offset=1", "1 2"), InlineData("?limit=1&offset=2", "2"), InlineData("?offset=9", ""), InlineData("?limit=9999999", "0 1 2")]
    public async Task Rules_are_shown_by_page(string query, string expected)
    {
        await using var proxy = await RunningProxy.StartAsync(
            "version: authproxy/v1\nrules:\n" + string.Concat(Enumerable.Range(0, 3).Select(number => $"- {{ id: '{number}', match: {{ path: /{number} }}, authenticators: [anonymous], upstream: \"http://127.0.0.1:9\" }}\n")));

        using var json = JsonDocument.Parse((await GetAsync(proxy, "/rules" + query)).Text);

        Assert.Equal(expected, string.Join(' ', json.RootElement.EnumerateArray().Select(rule => rule.GetProperty("id").GetString())));
    }

    [Theory]
    [InlineData("?limit=-1"), InlineData("?limit=x"), InlineData("?offset=1&offset=2"), InlineData("?limit=99999999999")]
    public async Task Page_that_is_none_is_refused(string query)
    {
        await using var proxy = await RunningProxy.StartAsync(Rules);

        Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync(proxy, "/rules" + query)).Status);
    }

    [Theory]
    [InlineData("/version", "\"version\""), InlineData("/health/live", "ok"), InlineData("/health/alive", "ok"), InlineData("/health/startup", "ok")]
    public async Task Version_and_health_are_answered(string path, string expected)
    {
        await using var proxy = await RunningProxy.StartAsync(Rules);

        Assert.Contains(expected, (await GetAsync(proxy, path)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_are_read_again_when_an_operator_says_so()
    {
        await using var proxy = await RunningProxy.StartAsync(Rules);

        using var client = Client(proxy);
        using var response = await client.PostAsync("/keys/reload", null);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("\"changed\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_our_own_user_may_open_the_socket()
    {
        await using var proxy = await RunningProxy.StartAsync(Rules);

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : File.GetUnixFileMode(proxy.AdminSocket));
    }

    [Theory]
    [InlineData("/rules"), InlineData("/rules/orders"), InlineData("/version"), InlineData("/keys/reload")]
    public async Task No_port_answers_what_is_for_operators(string path)
    {
        await using var proxy = await RunningProxy.StartAsync(Rules);
        using var client = new HttpClient();

        foreach (var address in new[] { proxy.Address, proxy.ApiAddress })
        {
            using var get = await client.GetAsync(new Uri(address + path));
            using var post = await client.PostAsync(new Uri(address + path), null);
            Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (get.StatusCode, post.StatusCode));
        }
    }

    [Theory]
    [InlineData("/metrics"), InlineData("/.well-known/jwks.json"), InlineData("/health/alive"), InlineData("/health/ready")]
    public async Task Proxy_listener_serves_nothing_of_the_api(string path)
    {
        await using var proxy = await RunningProxy.StartAsync(Rules);

        using var answer = await proxy.Client.GetAsync(new Uri(path, UriKind.Relative));
        using var client = new HttpClient();
        using var api = await client.GetAsync(new Uri(proxy.ApiAddress + path));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.NotEqual(HttpStatusCode.NotFound, api.StatusCode);
    }

    private static async Task<(HttpStatusCode Status, string Text)> GetAsync(RunningProxy proxy, string path)
    {
        using var client = Client(proxy);
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static HttpClient Client(RunningProxy proxy) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(proxy.AdminSocket), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://admin"),
    };
}
