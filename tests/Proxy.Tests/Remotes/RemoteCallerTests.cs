using System.Net;
using System.Net.Sockets;
using AuthProxy.Proxy.Remotes;
using AuthProxy.Proxy.Tests.Pipeline;
using AuthProxy.TestKit;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Proxy.Tests.Remotes;

public sealed class RemoteCallerTests : IAsyncLifetime
{
    private static readonly RemotePolicy Once = new(TimeSpan.FromSeconds(20));
    private static readonly RemotePolicy FiveTimes = Once with { Attempts = 5, LongestPause = TimeSpan.Zero };

    private readonly FakeClock _clock = new();
    private readonly RemoteCaller _caller;
    private StubService _service = null!;

    public RemoteCallerTests() => _caller = new RemoteCaller(_clock);

    public async Task InitializeAsync() => _service = await StubService.StartAsync();

    public async Task DisposeAsync()
    {
        _caller.Dispose();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task Question_arrives_as_it_is_and_nothing_is_added_to_it()
    {
        await AskAsync(Question() with { Headers = [KeyValuePair.Create("X-One", "1"), KeyValuePair.Create("X-One", "2")], Body = "{}"u8.ToArray(), ContentType = "application/json" });

        var told = _service.Only();
        Assert.Equal(("POST", "/check?a=b", "{}"), (told.Method, told.Target, told.Body));
        Assert.Equal("1, 2", told.One("X-One"));
        Assert.Equal(["Content-Length", "Content-Type", "Host", "X-One"], told.Lines.Select(header => header.Key).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("1\r\nX-Admin: true"), InlineData("1\nX-Admin: true"), InlineData("1\rX-Admin: true"), InlineData("1\r\n\r\nGET /second HTTP/1.1"), InlineData("1\0")]
    public async Task Header_value_with_a_line_break_becomes_no_line_of_its_own(string value)
    {
        var outcome = await AskAsync(Question() with { Headers = [KeyValuePair.Create("X-One", value)] });
        var typed = await AskAsync(Question() with { Body = "{}"u8.ToArray(), ContentType = value });

        Assert.IsType<RemoteOutcome.Unanswered>(outcome);
        Assert.IsType<RemoteOutcome.Unanswered>(typed);
        Assert.Empty(_service.Arrived);
    }

    [Theory]
    [InlineData(200, 1), InlineData(204, 1), InlineData(302, 1), InlineData(403, 1), InlineData(404, 1), InlineData(429, 5), InlineData(500, 5), InlineData(503, 5)]
    public async Task Only_a_429_and_a_5xx_are_asked_again(int status, int attempts)
    {
        _service.Answer = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };

        Assert.Equal(status, Assert.IsType<RemoteOutcome.Answered>(await AskAsync(Question(), FiveTimes)).Status);
        Assert.Equal(attempts, _service.Arrived.Count);
    }

    [Fact]
    public async Task Lost_connection_is_tried_again_until_there_is_an_answer()
    {
        var left = 3;
        _service.Answer = context =>
        {
            if (left-- > 0)
            {
                context.Abort();
            }

            return Task.CompletedTask;
        };

        Assert.IsType<RemoteOutcome.Answered>(await AskAsync(Question(), FiveTimes));
        Assert.Equal(4, _service.Arrived.Count);
    }

    [Fact]
    public async Task Redirect_is_an_answer_and_is_never_followed()
    {
        _service.Answer = context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };

        Assert.Equal(302, Assert.IsType<RemoteOutcome.Answered>(await AskAsync(Question(), FiveTimes)).Status);
        Assert.Equal("/check?a=b", _service.Only().Target);
    }

    [Fact]
    public async Task Service_that_never_answers_is_given_up_in_time_retries_and_all()
    {
        var arrived = new TaskCompletionSource();
        _service.Answer = context =>
        {
            arrived.TrySetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        };

        var asking = AskAsync(Question(), FiveTimes with { Timeout = TimeSpan.FromSeconds(2) });
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(asking.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("there was no answer in time", Assert.IsType<RemoteOutcome.Unanswered>(await asking).Why);
        Assert.Single(_service.Arrived);
    }

    [Fact]
    public async Task Answer_whose_body_trickles_is_given_up_in_time_too()
    {
        var begun = new TaskCompletionSource();
        _service.Answer = async context =>
        {
            await context.Response.WriteAsync("a");
            await context.Response.Body.FlushAsync();
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };

        var asking = AskAsync(Question(), Once with { Timeout = TimeSpan.FromSeconds(2) });
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(20));
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.IsType<RemoteOutcome.Unanswered>(await asking);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Answer_one_byte_too_long_is_none_whatever_length_it_announces(bool announced)
    {
        _service.Answer = async context =>
        {
            context.Response.ContentLength = announced ? 1001 : null;
            await context.Response.WriteAsync(new string('a', 1001));
        };
        var policy = Once with { LongestAnswer = 1000 };

        Assert.Contains("1000 bytes", Assert.IsType<RemoteOutcome.Unanswered>(await AskAsync(Question(), policy)).Why, StringComparison.Ordinal);

        _service.Answer = context => context.Response.WriteAsync(new string('a', 1000));
        Assert.Equal(1000, Assert.IsType<RemoteOutcome.Answered>(await AskAsync(Question(), policy)).Body.Length);
    }

    [Fact]
    public async Task Compressed_answer_is_none_because_nobody_asked_for_it()
    {
        _service.Answer = context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return context.Response.WriteAsync("bomb");
        };

        Assert.Contains("compressed", Assert.IsType<RemoteOutcome.Unanswered>(await AskAsync(Question())).Why, StringComparison.Ordinal);
        Assert.Empty(_service.Only().All("Accept-Encoding"));
    }

    [Fact]
    public async Task Address_where_nobody_listens_is_told_without_its_credentials()
    {
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var address = $"http://name:hunter2@{nobody.LocalEndpoint}/?key=hunter2";
        nobody.Stop();

        var why = Assert.IsType<RemoteOutcome.Unanswered>(await AskAsync(new RemoteRequest(HttpMethod.Post, new Uri(address)))).Why;

        Assert.DoesNotContain("hunter2", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caller_that_leaves_ends_the_question()
    {
        var arrived = new TaskCompletionSource();
        _service.Answer = context =>
        {
            arrived.TrySetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        using var leaving = new CancellationTokenSource();
        var asking = _caller.AskAsync(Question(), FiveTimes, leaving.Token).AsTask();

        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task Pause_between_attempts_never_outlasts_the_whole_time()
    {
        var arrived = new TaskCompletionSource();
        _service.Answer = context =>
        {
            arrived.TrySetResult();
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };

        // Less than the first pause.
        var asking = AskAsync(Question(), Once with { Attempts = 5, Timeout = TimeSpan.FromMilliseconds(5) });
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20));
        _clock.Advance(TimeSpan.FromMilliseconds(5));
        await asking;

        Assert.Single(_service.Arrived);
    }

    private RemoteRequest Question() => new(HttpMethod.Post, new Uri(_service.Address + "/check?a=b"));

    private Task<RemoteOutcome> AskAsync(RemoteRequest question, RemotePolicy? policy = null) =>
        _caller.AskAsync(question, policy ?? Once, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
}
