using System.Net;
using System.Security.Cryptography;
using System.Text;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tests.Hosted;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Tokenizer.Tests.Values;

public class ValueEndpointsTests : VaultTests
{
    private protected override Task<VaultHost> StartAsync() => VaultHost.StartAsync(more: "values: { maximum_size: 1MiB }");

    [Theory]
    [InlineData(0), InlineData(1), InlineData(65_535), InlineData(65_536), InlineData(65_537), InlineData(131_072), InlineData(600_001), InlineData(1_048_576)]
    public async Task Bytes_of_every_size_come_back_as_they_were(int size)
    {
        var value = RandomNumberGenerator.GetBytes(size);
        var (token, upload) = await Host.TokenizeAsync(Alice);
        (await Host.PutAsync(Alice, upload, Calls.Value(value))).IsGood();

        var read = (await Host.GetAsync(Alice, await Host.DownloadPathAsync(Alice, token))).IsGood();

        Assert.Equal(value, read.Body);
        Assert.Equal(size, read.Response.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task A_value_is_never_taken_for_a_page()
    {
        var token = await Host.KeepAsync(Alice, "<script>alert(1)</script>");

        var read = (await Host.GetAsync(Alice, await Host.DownloadPathAsync(Alice, token))).IsGood();

        Assert.Equal("application/octet-stream", read.Header("Content-Type"));
        Assert.Equal("nosniff", read.Header("X-Content-Type-Options"));
        Assert.Equal("attachment", read.Header("Content-Disposition"));
        Assert.Equal("no-store", read.Header("Cache-Control"));
        Assert.Equal("same-origin", read.Header("Cross-Origin-Resource-Policy"));
        Assert.StartsWith("sandbox; default-src 'none'", read.Header("Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_is_answered_with_exactly_200()
    {
        var (_, upload) = await Host.TokenizeAsync(Alice);

        Assert.Equal(HttpStatusCode.OK, (await Host.PutAsync(Alice, upload, Calls.Value("x"))).Status);
    }

    [Fact]
    public async Task A_ticket_is_good_once()
    {
        var (token, upload) = await Host.TokenizeAsync(Alice);
        (await Host.PutAsync(Alice, upload, Calls.Value("first"))).IsGood();
        (await Host.PutAsync(Alice, upload, Calls.Value("second"))).IsRefused(403, "ticket-invalid");

        var download = await Host.DownloadPathAsync(Alice, token);
        Assert.Equal("first", (await Host.GetAsync(Alice, download)).IsGood().Text);
        (await Host.GetAsync(Alice, download)).IsRefused(403, "ticket-invalid");
    }

    [Fact]
    public async Task A_ticket_used_twice_in_parallel_is_good_once()
    {
        for (var round = 0; round < 5; round++)
        {
            var (token, upload) = await Host.TokenizeAsync(Alice);
            var puts = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Host.PutAsync(Alice, upload, Calls.Value($"value {i}"))));
            Assert.Single(puts, put => put.Status == HttpStatusCode.OK);

            var download = await Host.DownloadPathAsync(Alice, token);
            var gets = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Host.GetAsync(Alice, download)));
            Assert.Single(gets, get => get.Status == HttpStatusCode.OK);
            Assert.All(gets.Where(get => get.Status != HttpStatusCode.OK), get => get.IsRefused(403, "ticket-invalid"));
        }
    }

    [Fact]
    public async Task A_stolen_address_is_worth_nothing_in_another_session_and_is_not_spent_there()
    {
        var (token, upload) = await Host.TokenizeAsync(Alice);
        (await Host.PutAsync(Bob, upload, Calls.Value("from bob"))).IsRefused(403, "ticket-invalid");
        (await Host.PutAsync(Alice, upload, Calls.Value("from alice"))).IsGood();

        var download = await Host.DownloadPathAsync(Alice, token);
        (await Host.GetAsync(Bob, download)).IsRefused(403, "ticket-invalid");
        Assert.Equal("from alice", (await Host.GetAsync(Alice, download)).IsGood().Text);
    }

    [Fact]
    public async Task A_stolen_address_is_worth_nothing_without_a_session()
    {
        var token = await Host.KeepAsync(Alice);
        var download = await Host.DownloadPathAsync(Alice, token);

        (await Host.Users.SendAsync(HttpMethod.Get, download, null, ("Host", VaultHost.VaultHostName))).IsRefused(401, "assertion-missing");
    }

    [Fact]
    public async Task Permission_to_read_is_not_permission_to_overwrite()
    {
        var token = await Host.KeepAsync(Alice);

        (await Host.PutAsync(Alice, await Host.DownloadPathAsync(Alice, token), Calls.Value("overwritten"))).IsRefused(403, "ticket-invalid");
        Assert.Equal("078-05-1120", await Host.ReadAsync(Alice, token));
    }

    [Fact]
    public async Task Permission_to_write_is_not_permission_to_read()
    {
        var (_, upload) = await Host.TokenizeAsync(Alice);

        (await Host.GetAsync(Alice, upload)).IsRefused(403, "ticket-invalid");
    }

    [Fact]
    public async Task An_address_is_good_for_a_minute()
    {
        var token = await Host.KeepAsync(Alice);
        var download = await Host.DownloadPathAsync(Alice, token);
        var (_, upload) = await Host.TokenizeAsync(Alice);

        Host.Clock.Advance(TimeSpan.FromSeconds(60));

        (await Host.GetAsync(Alice, download)).IsRefused(403, "ticket-invalid");
        (await Host.PutAsync(Alice, upload, Calls.Value("late"))).IsRefused(403, "ticket-invalid");
    }

    [Fact]
    public async Task An_address_ends_with_the_session_it_was_made_for()
    {
        var token = await Host.KeepAsync(Alice);
        var download = await Host.DownloadPathAsync(Alice, token);

        (await Host.EndAsync(Alice)).IsGood();

        (await Host.GetAsync(Alice, download)).IsRefused(403, "session-ended");
    }

    [Fact]
    public async Task An_address_falls_with_its_grant()
    {
        var token = await Host.KeepAsync(Alice);
        var download = await Host.DownloadPathAsync(Alice, token);
        (await Host.GrantAsync(Alice, token, "1s")).IsGood();

        Host.Clock.Advance(TimeSpan.FromSeconds(2));

        (await Host.GetAsync(Alice, download)).IsRefused(403, "grant-missing");
    }

    [Fact]
    public async Task An_address_of_one_vault_is_not_good_on_another()
    {
        var token = await Host.KeepAsync(Alice);
        var download = await Host.DownloadPathAsync(Alice, token);

        (await Host.Users.SendAsync(HttpMethod.Get, download, null, ("Host", VaultHost.ShopHostName), ("X-Auth-Assertion", Mint.Assertion(Host, Alice, "tokenizer:shop"))))
            .IsRefused(403, "ticket-invalid");
    }

    [Theory]
    [InlineData(""), InlineData("x"), InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%41"), InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public async Task A_guessed_address_is_refused(string ticket) => (await Host.GetAsync(Alice, "/v1/values/" + ticket)).IsRefused(403, "ticket-invalid");

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_value_past_the_limit_is_refused_with_and_without_a_stated_length(bool stated)
    {
        var (token, upload) = await Host.TokenizeAsync(Alice);
        using var request = new HttpRequestMessage(HttpMethod.Put, upload) { Content = Calls.Value(new byte[1_048_577]) };
        request.Headers.TransferEncodingChunked = !stated;
        request.Headers.Host = VaultHost.VaultHostName;
        request.Headers.Add("X-Auth-Assertion", Mint.Assertion(Host, Alice));
        request.Headers.ExpectContinue = true;
        using var response = await Host.Users.SendAsync(request);

        new Answered(response.StatusCode, await response.Content.ReadAsByteArrayAsync(), response).IsRefused(413, "value-too-large");
        (await Host.DetokenizeAsync(Alice, token)).IsRefused(404, "value-missing");
        await Host.Parts.GetRequiredService<Sweeper>().SweepAsync(default);
        Assert.Equal(0, Count("segments"));
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded"), InlineData("multipart/form-data; boundary=x"), InlineData("application/json"), InlineData("text/html")]
    public async Task A_form_of_a_foreign_page_is_no_upload(string type)
    {
        var (_, upload) = await Host.TokenizeAsync(Alice);
        using var content = new ByteArrayContent([1]);
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        (await Host.PutAsync(Alice, upload, content)).IsRefused(415, "content-type-unsupported");
        (await Host.PutAsync(Alice, upload, Calls.Value("not spent"))).IsGood();
    }

    [Fact]
    public async Task An_upload_that_breaks_off_becomes_no_value_and_is_swept()
    {
        var (token, upload) = await Host.TokenizeAsync(Alice);
        using (var client = await RawHttp.ConnectAsync(Host.Users))
        {
            var head = $"""
                PUT {upload} HTTP/1.1
                Host: {VaultHost.VaultHostName}
                X-Auth-Assertion: {Mint.Assertion(Host, Alice)}
                Content-Type: text/plain
                Content-Length: 1000000


                """.ReplaceLineEndings("\r\n");
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
            await client.GetStream().WriteAsync(new byte[700_000]);
            await Until(() => Count("segments") > 0);
        }

        // Its client is gone: the attempt is given up at once, not only when it has been idle for long.
        await Until(() => Count("attempts") == 0);
        (await Host.DetokenizeAsync(Alice, token)).IsRefused(404, "value-missing");
        await Host.Parts.GetRequiredService<Sweeper>().SweepAsync(default);
        Assert.Equal(0, Count("segments"));
    }

    [Fact]
    public async Task An_upload_with_a_broken_chunk_is_told_so_and_becomes_no_value()
    {
        var (token, upload) = await Host.TokenizeAsync(Alice);

        (await RawHttp.SendAsync(Host.Users, $"""
            PUT {upload} HTTP/1.1
            Host: {VaultHost.VaultHostName}
            X-Auth-Assertion: {Mint.Assertion(Host, Alice)}
            Content-Type: text/plain
            Transfer-Encoding: chunked
            Connection: close

            3
            abc
            rubbish

            """)).IsRefused(400, "upload-interrupted");
        (await Host.DetokenizeAsync(Alice, token)).IsRefused(404, "value-missing");
    }

    [Fact]
    public async Task A_value_is_never_written_twice_even_with_a_second_ticket()
    {
        // The Tokenizer makes one upload ticket a token; the store would hold against a second one, too.
        var token = await Host.KeepAsync(Alice, "the value");
        using var database = new Database(Host);

        Assert.False(await Host.Store.BeginValueAsync(new byte[16], database.Read<byte[]>("SELECT row_id FROM tokens"), 0, default));
        Assert.Equal("the value", await Host.ReadAsync(Alice, token));
    }

    private long Count(string table)
    {
        using var database = new Database(Host);
        return database.Count(table);
    }

    private static async Task Until(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!holds())
        {
            await Task.Delay(10, patience.Token);
        }
    }
}
