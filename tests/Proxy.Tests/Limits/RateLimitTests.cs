using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Tests.Pipeline;
using AuthProxy.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Proxy.Tests.Limits;

public sealed class RateLimitTests : IAsyncLifetime
{
    private readonly FakeClock _clock = new();
    private StubService _application = null!;
    private RunningProxy _proxy = null!;

    public async Task InitializeAsync()
    {
        _application = await StubService.StartAsync();
        _proxy = await RunningProxy.StartAsync(
            $$"""
            version: authproxy/v1
            defaults: { upstream: {{_application.Address}}, authenticators: [cookie, anonymous], rate_limit: { requests: 60, burst: 2 } }
            rules:
              - { id: all, match: { path: "/**" } }
              - { id: other, match: { path: /other } }
              - { id: closed, match: { path: /closed }, authenticators: [unauthorized] }
              - { id: subject, match: { path: /subject }, rate_limit: { requests: 1, by: subject } }
              - { id: session, match: { path: /session }, rate_limit: { requests: 1, by: session } }
              - { id: rule, match: { path: /rule }, rate_limit: { requests: 1, by: rule } }
              - { id: denied, match: { path: /denied }, authorizers: [deny], rate_limit: { requests: 1, by: subject } }
              - { id: many, match: { path: /many }, rate_limit: [ { requests: 3, per: 1s }, { requests: 4, per: 1h } ] }
              - { id: free, match: { path: /free }, rate_limit: none }
            """,
            replace: services => services.AddSingleton<TimeProvider>(_clock).AddSingleton<IHandlerKind<IAuthenticator>, CookieAuthenticatorKind>(),
            listener: ", trusted_networks: [192.0.2.0/24]");
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task Request_past_the_limit_is_refused_and_told_when_to_come_back()
    {
        Assert.Equal([200, 200], await StatusesAsync(2, "/a"));
        using var refused = await SendAsync("/a");

        Assert.Equal(429, (int)refused.StatusCode);
        Assert.Equal("rate-limited", refused.Headers.GetValues("X-AuthProxy-Refusal").Single());
        Assert.Equal(("1", "60", "0", "2"), (One("Retry-After"), One("X-Ratelimit-Limit"), One("X-Ratelimit-Remaining"), One("X-Ratelimit-Reset")));
        Assert.Equal(2, _application.Arrived.Count);

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([200, 429], await StatusesAsync(2, "/a"));

        string One(string name) => refused.Headers.GetValues(name).Single();
    }

    [Fact]
    public async Task Each_rule_counts_by_itself()
    {
        await StatusesAsync(3, "/a");

        Assert.Equal([200, 200, 429], await StatusesAsync(3, "/other"));
        Assert.Equal([200, 200, 200, 200], await StatusesAsync(4, "/free"));
    }

    [Fact]
    public async Task Limit_by_address_spares_whoever_would_have_to_say_who_is_calling() =>
        Assert.Equal([401, 401, 429], await StatusesAsync(3, "/closed"));

    [Theory]
    [InlineData("X-Forwarded-For"), InlineData("Forwarded"), InlineData("X-Real-Ip"), InlineData("X-Client-Ip")]
    public async Task Forged_address_finds_no_fresh_bucket(string header)
    {
        var statuses = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            using var answer = await SendAsync("/a", header: (header, $"192.0.2.{i}"));
            statuses.Add((int)answer.StatusCode);
        }

        Assert.Equal([200, 200, 429], statuses);
    }

    [Fact]
    public async Task Subjects_do_not_pay_for_each_other_and_sessions_do_not_help_a_subject()
    {
        Assert.Equal([200, 429], await StatusesAsync(2, "/subject", "user=alice; sid=1"));
        Assert.Equal([429], await StatusesAsync(1, "/subject", "user=alice; sid=2"));
        Assert.Equal([200, 429], await StatusesAsync(2, "/subject", "user=bob; sid=1"));
    }

    [Fact]
    public async Task Sessions_count_by_themselves_where_the_rule_says_so()
    {
        Assert.Equal([200, 429], await StatusesAsync(2, "/session", "user=alice; sid=1"));
        Assert.Equal([200, 429], await StatusesAsync(2, "/session", "user=alice; sid=2"));
    }

    [Fact]
    public async Task Nobody_in_particular_counts_by_address_and_takes_nothing_from_those_who_are_known()
    {
        Assert.Equal([200, 429], await StatusesAsync(2, "/subject"));
        Assert.Equal([200], await StatusesAsync(1, "/subject", "user=anonymous"));
        Assert.Equal([200, 429], await StatusesAsync(2, "/session"));
    }

    [Fact]
    public async Task Limit_of_a_rule_is_everybodys()
    {
        Assert.Equal([200], await StatusesAsync(1, "/rule", "user=alice"));
        Assert.Equal([429], await StatusesAsync(1, "/rule", "user=bob"));
    }

    [Fact]
    public async Task Limit_by_subject_comes_before_authorization() => Assert.Equal([403, 429], await StatusesAsync(2, "/denied", "user=alice"));

    [Fact]
    public async Task Page_of_another_origin_does_not_use_up_what_a_person_may_ask()
    {
        for (var i = 0; i < 3; i++)
        {
            using var forged = await SendAsync("/subject", "user=alice", ("Origin", "https://evil.example"), HttpMethod.Post);
            Assert.Equal(403, (int)forged.StatusCode);
        }

        Assert.Equal([200], await StatusesAsync(1, "/subject", "user=alice"));
    }

    [Fact]
    public async Task Every_limit_of_a_list_holds()
    {
        Assert.Equal([200, 200, 200, 429], await StatusesAsync(4, "/many"));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(429, (await StatusesAsync(2, "/many"))[^1]);
    }

    [Fact]
    public async Task Reload_gives_nobody_a_fresh_bucket_unless_the_limit_changed()
    {
        var loader = _proxy.Services.GetRequiredService<RuleLoader>();
        var source = _proxy.Services.GetRequiredService<RuleSource>();
        await StatusesAsync(2, "/a");

        source.Take(loader.Load().Rules!);
        Assert.Equal([429], await StatusesAsync(1, "/a"));

        await File.WriteAllTextAsync(_proxy.RulesFile, (await File.ReadAllTextAsync(_proxy.RulesFile)).Replace("burst: 2", "burst: 3", StringComparison.Ordinal));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([200, 200, 200, 429], await StatusesAsync(4, "/a"));
    }

    private async Task<List<int>> StatusesAsync(int times, string path, string? cookie = null)
    {
        var statuses = new List<int>();
        for (var i = 0; i < times; i++)
        {
            using var answer = await SendAsync(path, cookie);
            statuses.Add((int)answer.StatusCode);
        }

        return statuses;
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string? cookie = null, (string Name, string Value)? header = null, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        if (cookie is not null)
        {
            request.Headers.TryAddWithoutValidation("Cookie", cookie);
        }

        if (header is var (name, value))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _proxy.Client.SendAsync(request);
    }
}
