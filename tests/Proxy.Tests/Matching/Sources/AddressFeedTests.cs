using System.Text;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Matching.Sources;
using AuthProxy.Proxy.Observability;
using AuthProxy.Rules;
using AuthProxy.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Matching.Sources;

public sealed class AddressFeedTests : IAsyncLifetime
{
    private static readonly TimeSpan Bounded = TimeSpan.FromSeconds(30);

    private readonly FakeClock _clock = new();
    private readonly ProxyMetrics _metrics = new();
    private WebApplication _server = null!;
    private volatile Func<HttpContext, Task> _answer = _ => Task.CompletedTask;
    private int _asked;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(context =>
        {
            Interlocked.Increment(ref _asked);
            return _answer(context);
        });
        await _server.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _metrics.Dispose();
    }

    [Fact]
    public async Task Nothing_is_pending_any_more_once_the_address_has_answered()
    {
        _answer = Text("[]", "\"1\"");
        using var feed = Feed();
        Assert.Contains("has not been asked yet", Assert.IsType<RuleFeedOutcome.Pending>(feed.Read()).Why.Message, StringComparison.Ordinal);

        await ChangedAsync(feed);

        var text = Assert.Single(Assert.IsType<RuleFeedOutcome.Texts>(feed.Read()).All);
        Assert.Equal(("[]", $"{_server.Urls.Single()}/rules"), (Encoding.UTF8.GetString(text.Utf8.Span), text.Name));
    }

    [Fact]
    public async Task Same_text_is_not_sent_twice_and_a_new_one_is_a_change()
    {
        string? seen = null;
        _answer = context =>
        {
            seen = context.Request.Headers.IfNoneMatch;
            if (seen is not null)
            {
                context.Response.StatusCode = 304;
                return Task.CompletedTask;
            }

            return Text("[]", "\"1\"")(context);
        };
        using var feed = Feed();
        await ChangedAsync(feed);
        await AskedAsync(_asked + 2);
        Assert.Equal("\"1\"", seen);

        _answer = Text("[ ]", "\"2\"");
        await ChangedAsync(feed, start: false);

        Assert.Equal("[ ]", TextOf(feed));
    }

    [Theory]
    [InlineData(500), InlineData(404), InlineData(204), InlineData(304)]
    public async Task Last_good_text_stays_while_the_address_fails(int status)
    {
        _answer = Text("[]", null);
        using var feed = Feed();
        await ChangedAsync(feed);

        _answer = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        await AskedAsync(_asked + 3);

        Assert.Equal("[]", TextOf(feed));
    }

    [Fact]
    public async Task Redirect_is_not_followed()
    {
        var elsewhere = false;
        _answer = context =>
        {
            elsewhere |= context.Request.Path == "/elsewhere";
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };
        using var feed = Feed();
        feed.Start();
        await AskedAsync(3);

        Assert.Contains("redirects are not followed", Assert.IsType<RuleFeedOutcome.Pending>(feed.Read()).Why.Message, StringComparison.Ordinal);
        Assert.False(elsewhere);
    }

    [Fact]
    public async Task Compressed_or_endless_answer_is_not_taken()
    {
        _answer = context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return context.Response.WriteAsync("[]");
        };
        using var feed = Feed();
        feed.Start();
        await AskedAsync(3);
        Assert.IsType<RuleFeedOutcome.Pending>(feed.Read());

        _answer = async context =>
        {
            var spaces = new byte[1 << 20];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(spaces);
            }
        };
        await UntilAsync(() => feed.Read() is RuleFeedOutcome.Pending { Why.Message: var why } && why.Contains("more than", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Authorization_is_sent_and_never_told()
    {
        string? seen = null;
        _answer = context =>
        {
            seen = context.Request.Headers.Authorization;
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        };
        var settings = Requests.Settings($"access_rules: {{ sources: [ {{ url: '{_server.Urls.Single()}/rules?sig=hidden', authorization: 'Bearer hidden' }} ] }}");
        using var feed = new AddressFeed((RuleOrigin.Address)settings.AccessRules.Sources.Single().Origin, RuleSourceLimits.None, _metrics, _clock, NullLogger.Instance);
        feed.Start();
        await AskedAsync(2);

        Assert.Equal("Bearer hidden", seen);
        Assert.DoesNotContain("hidden", Assert.IsType<RuleFeedOutcome.Pending>(feed.Read()).Why.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", settings.AccessRules.Sources.Single().Limits.ToString(), StringComparison.Ordinal);
    }

    private AddressFeed Feed() =>
        new(new RuleOrigin.Address(new Uri($"{_server.Urls.Single()}/rules"), TimeSpan.FromSeconds(5), null), RuleSourceLimits.None, _metrics, _clock, NullLogger.Instance);

    private static Func<HttpContext, Task> Text(string text, string? tag) => context =>
    {
        context.Response.Headers.ETag = tag;
        return context.Response.WriteAsync(text);
    };

    private static string TextOf(AddressFeed feed) => Encoding.UTF8.GetString(Assert.IsType<RuleFeedOutcome.Texts>(feed.Read()).All.Single().Utf8.Span);

    private Task AskedAsync(int times) => UntilAsync(() => Volatile.Read(ref _asked) >= times);

    private Task ChangedAsync(AddressFeed feed, bool start = true)
    {
        var changed = false;
        feed.Changed += () => changed = true;
        if (start)
        {
            feed.Start();
        }

        return UntilAsync(() => Volatile.Read(ref changed));
    }

    // The feed waits on the clock, the server on the machine: both have to move.
    private async Task UntilAsync(Func<bool> done)
    {
        using var bound = new CancellationTokenSource(Bounded);
        while (!done())
        {
            bound.Token.ThrowIfCancellationRequested();
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, bound.Token);
        }
    }
}
