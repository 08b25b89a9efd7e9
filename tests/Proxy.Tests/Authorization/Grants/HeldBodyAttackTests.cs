using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AuthProxy.Proxy.Tests.Authorization.Grants;

public class HeldBodyAttackTests
{
    private const string Mine = "lunasec-00000000-0000-4000-8000-000000000001";
    private const string Stolen = "lunasec-00000000-0000-4000-8000-000000000002";
    private const string Target = "/customers/7/ssn";

    [Theory]
    [InlineData("""{"ssn_token":"MINE","ssn_token":"STOLEN"}""")]
    [InlineData("""{"ssn_token":"MINE","ssn_\u0074oken":"STOLEN"}""")]
    [InlineData("""{"a":{"b":1,"b":2},"ssn_token":"MINE"}""")]
    [InlineData("""{"ssn_token":"MINE"}{"ssn_token":"STOLEN"}""")]
    [InlineData("""{"ssn_token":"MINE"} x""")]
    [InlineData("""{"ssn_token":"MINE",}""")]
    [InlineData("""/* {"ssn_token":"STOLEN"} */{"ssn_token":"MINE"}""")]
    [InlineData("""{'ssn_token':'STOLEN'}""")]
    [InlineData("""{"ssn_token":"MINE""")]
    [InlineData("""{"\ud800":"x","ssn_token":"MINE"}""")]
    [InlineData("""{"x":NaN,"ssn_token":"MINE"}""")]
    [InlineData("   ")]
    [InlineData("ssn_token=STOLEN")]
    public async Task Body_that_two_readers_read_differently_is_refused(string body)
    {
        await using var host = await StartAsync();

        Assert.Equal((400, "body-unreadable"), await host.PutAsync(Target, Fill(body)));
        Assert.Empty(host.Tokenizer.Asked);
    }

    [Theory]
    [InlineData("""{"SSN_Token":"STOLEN"}""")]
    [InlineData("""{"ssn_token":"MINE","SSN_TOKEN":"STOLEN"}""")]
    [InlineData("""{"\u0073sn_token":"STOLEN"}""")]
    [InlineData("""{"ssn_token":"\u006cunasec-00000000-0000-4000-8000-000000000002"}""")]
    public async Task Stolen_token_in_another_spelling_of_the_field_is_found(string body)
    {
        await using var host = await StartAsync();

        Assert.Equal((403, "grant-missing"), await host.PutAsync(Target, Fill(body)));
    }

    [Fact]
    public async Task Token_at_another_path_is_not_what_the_rule_asks_about()
    {
        await using var host = await StartAsync();

        Assert.Equal(200, (await host.PutAsync(Target, Fill("""{"nested":{"ssn_token":"STOLEN"},"ssn_token":"MINE"}"""))).Status);
        Assert.Equal([Mine], Assert.Single(host.Tokenizer.Asked));
    }

    [Fact]
    public async Task Utf16_body_is_refused_declared_or_not()
    {
        await using var host = await StartAsync();
        var body = Encoding.Unicode.GetBytes(Fill("""{"ssn_token":"STOLEN"}"""));

        Assert.Equal((415, "body-type-undeclared"), await host.PutAsync(Target, body, "application/json; charset=utf-16"));
        Assert.Equal((400, "body-unreadable"), await host.PutAsync(Target, body));
        Assert.Equal((400, "body-unreadable"), await host.PutAsync(Target, [.. Encoding.Unicode.Preamble, .. body]));
    }

    [Fact]
    public async Task Byte_order_mark_is_refused_because_readers_disagree_about_it()
    {
        await using var host = await StartAsync();

        Assert.Equal((400, "body-unreadable"), await host.PutAsync(Target, [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Fill("""{"ssn_token":"MINE"}"""))]));
    }

    [Fact]
    public async Task Invalid_utf8_in_any_string_is_refused()
    {
        await using var host = await StartAsync();

        Assert.Equal((400, "body-unreadable"), await host.PutAsync(Target, [.. "{\"x\":\""u8, 0xC0, 0xAF, .. "\"}"u8]));
    }

    [Fact]
    public async Task Gzip_body_is_refused_declared_or_not()
    {
        await using var host = await StartAsync();
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(Fill("""{"ssn_token":"STOLEN"}""")));
        }

        Assert.Equal((415, "body-type-undeclared"), await host.PutAsync(Target, buffer.ToArray(), "application/json", ("Content-Encoding", "gzip")));
        Assert.Equal((400, "body-unreadable"), await host.PutAsync(Target, buffer.ToArray()));
    }

    [Theory]
    [InlineData(null), InlineData("application/x-www-form-urlencoded"), InlineData("text/plain"), InlineData("multipart/form-data; boundary=x")]
    public async Task Undeclared_type_is_refused_before_the_body_is_held(string? type)
    {
        await using var host = await StartAsync();

        Assert.Equal((415, "body-type-undeclared"), await host.PutAsync(Target, Fill("""{"ssn_token":"STOLEN"}"""), type));
        Assert.Equal(1024 * 1024, host.Budget.Left);
    }

    [Fact]
    public async Task Nesting_deeper_than_the_limit_is_refused()
    {
        await using var host = await StartAsync();

        Assert.Equal((400, "body-unreadable"), await host.PutAsync(Target, new string('[', 5000) + new string(']', 5000)));
    }

    [Fact]
    public async Task Announced_length_past_the_limit_is_refused_before_a_byte_is_read()
    {
        await using var host = await StartAsync();

        var answer = await host.SendRawUntilAsync(
            "body-too-large", $"PUT {Target} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 65537\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.Contains("body-too-large", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64 * 1024, 200), InlineData((64 * 1024) + 1, 413), InlineData(1_000_000, 413)]
    public async Task Chunked_body_is_held_up_to_the_limit_and_not_a_byte_further(int length, int status)
    {
        await using var host = await StartAsync();
        var body = "{}" + new string(' ', length - 2);

        var answer = await host.SendRawAsync(
            $"PUT {Target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chunked_body_in_single_bytes_is_put_together_before_it_is_read()
    {
        await using var host = await StartAsync();
        var body = Fill("""{"ssn_token":"STOLEN"}""");
        var head = $"PUT {Target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";

        var answer = await host.SendRawAsync([Encoding.Latin1.GetBytes(head), .. body.Select(c => Encoding.Latin1.GetBytes($"1\r\n{c}\r\n")), Encoding.Latin1.GetBytes("0\r\n\r\n")]);

        Assert.Contains("grant-missing", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: gzip, chunked")]
    [InlineData("Transfer-Encoding: identity")]
    [InlineData("Content-Length: 5\r\nContent-Length: 60")]
    public async Task Ambiguous_framing_never_passes_a_stolen_token(string framing)
    {
        await using var host = await StartAsync();
        var body = Fill("""{"ssn_token":"STOLEN"}""");

        var answer = await host.SendRawAsync(
            $"PUT {Target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n{framing}\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n");

        Assert.DoesNotContain("HTTP/1.1 200", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zz\r\n{}\r\n0\r\n\r\n"), InlineData("5\r\n{}\r\n0\r\n\r\n")]
    public async Task Broken_chunks_are_a_refusal_and_no_server_error(string chunks)
    {
        await using var host = await StartAsync();

        var answer = await host.SendRawAsync(
            $"PUT {Target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trailers_that_a_held_body_would_lose_are_refused()
    {
        await using var host = await StartAsync();

        var answer = await host.SendRawAsync(
            $"PUT {Target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\nX-Trailer: a\r\n\r\n");

        Assert.Contains("body-unreadable", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), InlineData("Content-Length: 0\r\n\r\n"), InlineData("\r\n")]
    public async Task Body_of_no_bytes_needs_no_type(string rest)
    {
        await using var host = await StartAsync();

        Assert.StartsWith("HTTP/1.1 200", await host.SendRawAsync($"PUT {Target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{rest}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_over_http2_is_checked_and_passed_on_alike()
    {
        await using var host = await StartAsync(HttpProtocols.Http2);
        var body = Fill("""{"ssn_token":"MINE"}""");

        Assert.Equal((200, body), await host.PutAsync(Target, body));
        Assert.Equal((403, "grant-missing"), await host.PutAsync(Target, Fill("""{"ssn_token":"STOLEN"}""")));
    }

    [Fact]
    public async Task Many_held_bodies_together_stop_at_the_budget_and_give_it_back()
    {
        await using var host = await GrantCheckHost.StartAsync("""{ in: body, select: "$.ssn_token" }""", budget: 100_000);
        var release = new TaskCompletionSource();
        var held = new TaskCompletionSource();
        host.WhileForwarding = () =>
        {
            held.TrySetResult();
            return release.Task;
        };
        var body = "{}" + new string(' ', 60_000);
        var first = host.PutAsync(Target, body);
        await held.Task;

        Assert.Equal((503, "overloaded"), await host.PutAsync(Target, body));
        release.SetResult();
        Assert.Equal(200, (await first).Status);

        // The memory goes back when the server has finished with the request, a moment after the client has its answer.
        for (var i = 0; i < 1000 && host.Budget.Left < 100_000; i++)
        {
            await Task.Yield();
        }

        Assert.Equal(200, (await host.PutAsync(Target, body)).Status);
    }

    [Fact]
    public async Task Announcement_alone_takes_nothing_from_the_budget()
    {
        await using var host = await GrantCheckHost.StartAsync("""{ in: body, select: "$.ssn_token" }""", budget: 40_000);
        using var waiting = new HttpRequestMessage(HttpMethod.Put, Target) { Content = new SilentContent(60_000) };
        using var stop = new CancellationTokenSource();
        var slow = host.Client.SendAsync(waiting, stop.Token);

        Assert.Equal(200, (await host.PutAsync(Target, "{}")).Status);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slow);
    }

    [Fact]
    public async Task Body_that_trickles_in_is_not_held_for_ever()
    {
        await using var host = await StartAsync();
        var answer = host.SendRawUntilAsync(
            "body-timeout", $"PUT {Target} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{{");
        await host.Waiting;

        host.Clock.Advance(TimeSpan.FromSeconds(16));

        Assert.Contains("body-timeout", await answer, StringComparison.Ordinal);
    }

    private static async Task<GrantCheckHost> StartAsync(HttpProtocols protocols = HttpProtocols.Http1)
    {
        var host = await GrantCheckHost.StartAsync("""{ in: body, select: "$.ssn_token" }""", protocols);
        host.Tokenizer.Granted.Add(Mine);
        return host;
    }

    private static string Fill(string body) => body.Replace("MINE", Mine, StringComparison.Ordinal).Replace("STOLEN", Stolen, StringComparison.Ordinal);

    /// <summary>Announces a body and never sends it.</summary>
    private sealed class SilentContent : HttpContent
    {
        private readonly int _length;

        public SilentContent(int length)
        {
            _length = length;
            Headers.TryAddWithoutValidation("Content-Type", "application/json");
        }

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) =>
            Task.Delay(Timeout.Infinite);

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context, CancellationToken cancellationToken) =>
            Task.Delay(Timeout.Infinite, cancellationToken);

        protected override bool TryComputeLength(out long computed)
        {
            computed = _length;
            return true;
        }
    }
}
