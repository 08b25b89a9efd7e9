using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Tests.Forwarding.Live;
using AuthProxy.Proxy.Tests.Sessions;

namespace AuthProxy.Proxy.Tests.Admin;

public sealed class AdminSessionTests : IAsyncLifetime
{
    private SignedInProxy _world = null!;
    private HttpClient _admin = null!;

    public async Task InitializeAsync()
    {
        _world = await SignedInProxy.StartAsync();
        _admin = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(_world.Proxy.AdminSocket), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        {
            BaseAddress = new Uri("http://admin"),
        };
    }

    public async Task DisposeAsync()
    {
        _admin.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task Listing_shows_ids_and_times_and_nothing_of_the_person()
    {
        var (session, cookie) = await _world.SignInAsync();

        var text = await _admin.GetStringAsync(new Uri("/sessions", UriKind.Relative));

        using var json = JsonDocument.Parse(text);
        var entry = Assert.Single(json.RootElement.GetProperty("sessions").EnumerateArray());
        Assert.Equal(session.Sid, entry.GetProperty("sid").GetString());
        Assert.Equal(session.EndsAt.ToUnixTimeMilliseconds(), entry.GetProperty("ends_at").GetDateTimeOffset().ToUnixTimeMilliseconds());
        Assert.Equal(
            ["sid", "foreign", "created_at", "last_used_at", "idle_until", "ends_at", "provider_session"], entry.EnumerateObject().Select(member => member.Name));
        Assert.All(new[] { "alice", "clerks", "refresh", "access", "id.to.ken", Some.Issuer, cookie.Split('=')[1] }, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sessions_are_listed_page_by_page()
    {
        for (var i = 0; i < 5; i++)
        {
            await _world.SignInAsync($"person{i}");
        }

        var seen = new List<string?>();
        string? after = "";
        do
        {
            using var json = JsonDocument.Parse(await _admin.GetStringAsync(new Uri($"/sessions?limit=2{(after.Length > 0 ? $"&after={after}" : "")}", UriKind.Relative)));
            seen.AddRange(json.RootElement.GetProperty("sessions").EnumerateArray().Select(entry => entry.GetProperty("sid").GetString()));
            after = json.RootElement.GetProperty("next").GetString();
        }
        while (after is not null);

        Assert.Equal(5, seen.Distinct().Count());
    }

    [Theory]
    [InlineData("?issuer=https%3A%2F%2Fid.example.com&subject=alice", 1), InlineData("?issuer=https%3A%2F%2Fid.example.com&subject=carol", 0)]
    [InlineData("?issuer=https%3A%2F%2Fother.example.com&subject=alice", 0), InlineData("?issuer=https%3A%2F%2Fid.example.com&provider_session=p1", 2)]
    public async Task Sessions_are_listed_of_a_subject_or_of_a_provider_session(string query, int expected)
    {
        await _world.SignInAsync();
        await _world.SignInAsync("bob");

        using var json = JsonDocument.Parse(await _admin.GetStringAsync(new Uri("/sessions" + query, UriKind.Relative)));

        Assert.Equal(expected, json.RootElement.GetProperty("sessions").GetArrayLength());
    }

    [Theory]
    [InlineData("?limit=x"), InlineData("?limit=0"), InlineData("?subject=alice"), InlineData("?issuer=a"), InlineData("?issuer=a&subject=b&provider_session=c"), InlineData("?issuer=a&issuer=b&subject=c")]
    public async Task Question_that_cannot_be_understood_is_refused(string query)
    {
        using var answer = await _admin.GetAsync(new Uri("/sessions" + query, UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("""{"issuer":"https://id.example.com","subject":"alice"}""", 1, true, false)]
    [InlineData("""{"issuer":"https://id.example.com","provider_session":"p1"}""", 2, true, true)]
    [InlineData("""{"issuer":"https://other.example.com","subject":"alice"}""", 0, false, false)]
    [InlineData("""{"all":true}""", 2, true, true)]
    public async Task Order_ends_what_it_says_and_nothing_else(string order, int expected, bool alice, bool bob)
    {
        var cookies = new[] { (await _world.SignInAsync()).Cookie, (await _world.SignInAsync("bob")).Cookie };

        Assert.Equal($"{expected}", await EndAsync(order));

        using var first = await _world.GetAsync("/", cookies[0]);
        using var second = await _world.GetAsync("/", cookies[1]);
        Assert.Equal((alice, bob), (first.StatusCode == HttpStatusCode.Unauthorized, second.StatusCode == HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task One_session_ends_once_by_its_id()
    {
        var (session, cookie) = await _world.SignInAsync();

        Assert.Equal("1", await EndAsync($$"""{"sid":"{{session.Sid}}"}"""));

        using var answer = await _world.GetAsync("/", cookie);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("0", await EndAsync($$"""{"sid":"{{session.Sid}}"}"""));
    }

    [Theory]
    [InlineData(""), InlineData("{}"), InlineData("[]"), InlineData("""{"all":false}"""), InlineData("""{"all":"true"}"""), InlineData("""{"all":true,"sid":"x"}""")]
    [InlineData("""{"sid":"no id"}"""), InlineData("""{"sid":"a-long-one-a-long-one-a-long-one-a-long-one-a-long-one-a-long-one"}""")]
    [InlineData("""{"sid":""}"""), InlineData("""{"sid":"x","issuer":"y","subject":"z"}"""), InlineData("""{"issuer":"x"}"""), InlineData("""{"subject":"x"}""")]
    [InlineData("""{"issuer":"x","subject":"y","provider_session":"z"}"""), InlineData("""{"sid":"x","sid":"y"}"""), InlineData("""{"sid":"x","extra":1}""")]
    public async Task Order_that_says_nothing_or_too_much_ends_nothing(string order)
    {
        var (_, cookie) = await _world.SignInAsync();

        using var answer = await _admin.PostAsync(new Uri("/sessions/end", UriKind.Relative), new StringContent(order, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var alive = await _world.GetAsync("/", cookie);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    [Fact]
    public async Task Record_that_this_realm_did_not_write_is_shown_as_foreign_and_ended_with_all()
    {
        var (session, cookie) = await _world.SignInAsync();
        var store = _world.Part<ISessionStore>();
        var written = (await store.ListAllAsync(null, 10, default)).Items[0];
        byte[] changed = [.. written.Record];
        changed[^1] ^= 1;
        await store.TouchAsync(new SessionIndex(session.Sid, default, null, session.CreatedAt, session.EndsAt, session.EndsAt, session.CreatedAt, changed), null, default);

        using var json = JsonDocument.Parse(await _admin.GetStringAsync(new Uri("/sessions", UriKind.Relative)));

        var entry = Assert.Single(json.RootElement.GetProperty("sessions").EnumerateArray());
        Assert.Equal((session.Sid, true, 2), (entry.GetProperty("sid").GetString(), entry.GetProperty("foreign").GetBoolean(), entry.EnumerateObject().Count()));
        Assert.Equal("1", await EndAsync("""{"all":true}"""));
        using var answer = await _world.GetAsync("/", cookie);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("/sessions"), InlineData("/sessions/end")]
    public async Task No_port_answers_what_is_for_operators(string path)
    {
        using var client = new HttpClient();

        using var answer = await client.GetAsync(new Uri(_world.Proxy.ApiAddress + path));
        using var post = await client.PostAsync(new Uri(_world.Proxy.ApiAddress + path), new StringContent("""{"all":true}"""));

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (answer.StatusCode, post.StatusCode));
    }

    private async Task<string> EndAsync(string order)
    {
        using var answer = await _admin.PostAsync(new Uri("/sessions/end", UriKind.Relative), new StringContent(order, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("ended").GetRawText();
    }
}
