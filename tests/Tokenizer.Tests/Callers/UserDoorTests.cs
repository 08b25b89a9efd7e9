using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Callers;

public class UserDoorTests : VaultTests
{
    private const string Origin = "http://" + VaultHost.VaultHostName;

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Site", "Same-Origin")]
    [InlineData("Sec-Fetch-Site", "")]
    [InlineData("Origin", "http://evil.test")]
    [InlineData("Origin", VaultHost.BankOrigin)]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://vault.app.localhost")]
    [InlineData("Origin", "https://" + VaultHost.VaultHostName)]
    public async Task A_page_of_another_origin_cannot_use_the_session(string header, string value)
    {
        (await Host.PostAsync(Alice, "/tokenize", "{}", (header, value))).IsRefused(403, "cross-origin-refused");

        var (_, upload) = await Host.TokenizeAsync(Alice);
        (await Host.Users.SendAsync(HttpMethod.Put, upload, Calls.Value("x"), ("Host", VaultHost.VaultHostName), ("X-Auth-Assertion", Mint.Assertion(Host, Alice)), (header, value)))
            .IsRefused(403, "cross-origin-refused");
        (await Host.PutAsync(Alice, upload, Calls.Value("x"))).IsGood();
    }

    [Fact]
    public async Task One_good_header_does_not_outweigh_a_bad_one()
    {
        (await Host.PostAsync(Alice, "/tokenize", "{}", ("Sec-Fetch-Site", "cross-site"), ("Origin", Origin))).IsRefused(403, "cross-origin-refused");
        (await Host.PostAsync(Alice, "/tokenize", "{}", ("Sec-Fetch-Site", "same-origin"), ("Origin", "http://evil.test"))).IsRefused(403, "cross-origin-refused");
    }

    [Fact]
    public async Task The_vaults_own_pages_and_programs_without_a_browser_are_served()
    {
        (await Host.PostAsync(Alice, "/tokenize", "{}", ("Sec-Fetch-Site", "same-origin"), ("Origin", Origin))).IsGood();
        (await Host.PostAsync(Alice, "/tokenize", "{}", ("Sec-Fetch-Site", "none"))).IsGood();
        (await Host.PostAsync(Alice, "/tokenize", "{}")).IsGood();
    }

    [Fact]
    public async Task A_preflight_is_granted_to_nobody()
    {
        var answer = await Host.Users.SendAsync(HttpMethod.Options, "/detokenize", null, ("Host", VaultHost.VaultHostName), ("Origin", VaultHost.BankOrigin), ("Access-Control-Request-Method", "POST"));

        answer.IsRefused(405, "method-not-allowed");
        Assert.Null(answer.Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task The_session_mark_is_stable_in_a_session_and_another_in_another()
    {
        var marks = new List<string?>();
        foreach (var person in new[] { Alice, Alice, Bob })
        {
            marks.Add((await Host.PostAsync(person, "/tokenize", "{}")).IsGood().Header("lunasec-session-hash"));
        }

        Assert.NotNull(marks[0]);
        Assert.Equal(marks[0], marks[1]);
        Assert.NotEqual(marks[0], marks[2]);
        Assert.DoesNotContain("sid", marks[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/tokenize"), InlineData("/detokenize"), InlineData("/metadata/get")]
    public async Task A_frame_that_is_locked_to_a_session_refuses_to_change_to_another(string path)
    {
        var token = await Host.KeepAsync(Bob, metadata: """{"a":1}""");
        var mark = (await Host.PostAsync(Alice, "/tokenize", "{}")).Header("lunasec-session-hash")!;
        var body = $$"""{"tokenId":"{{token}}"}""";

        var refused = await Host.PostAsync(Bob, path, body, ("lunasec-session-hash", mark));

        refused.IsRefused(401, "session-hash-mismatch");
        Assert.Null(refused.Header("lunasec-session-hash"));
        var own = (await Host.PostAsync(Bob, path, body)).IsGood().Header("lunasec-session-hash")!;
        var locked = (await Host.PostAsync(Bob, path, body, ("lunasec-session-hash", own))).IsGood();
        Assert.Null(locked.Header("lunasec-session-hash"));
    }

    [Theory]
    [InlineData("text/plain"), InlineData("application/x-www-form-urlencoded"), InlineData("multipart/form-data"), InlineData("application/json; charset=latin1"), InlineData("application/jsonp")]
    public async Task A_form_of_a_foreign_page_is_refused_by_its_content_type(string type)
    {
        using var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        (await SendAsync(content)).IsRefused(415, "content-type-unsupported");
    }

    [Fact]
    public async Task A_body_without_a_content_type_is_refused()
    {
        using var content = new ByteArrayContent("{}"u8.ToArray());

        (await SendAsync(content)).IsRefused(415, "content-type-unsupported");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("{} {}")]
    [InlineData("{\"tokenId\":1,}")]
    [InlineData("{'tokenId':1}")]
    [InlineData("{\"tokenId\":\"a\",\"tokenId\":\"b\"}")]
    [InlineData("{\"tokenId\":\"a\",\"TOKENID\":\"b\"}")]
    [InlineData("{\"\\ud800\":1}")]
    public async Task A_body_that_is_no_object_is_refused_and_never_a_fault(string body) => (await Host.PostAsync(Alice, "/detokenize", body)).IsRefused(400, "body-invalid");

    [Fact]
    public async Task Deep_nesting_is_refused() =>
        (await Host.PostAsync(Alice, "/tokenize", "{\"metadata\":" + new string('[', 5000) + new string(']', 5000) + "}")).IsRefused(400, "body-invalid");

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused()
    {
        using var content = new ByteArrayContent([(byte)'{', (byte)'"', 0xff, 0xfe, (byte)'"', (byte)':', (byte)'1', (byte)'}']);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");

        (await SendAsync(content)).IsRefused(400, "body-invalid");
    }

    [Fact]
    public async Task A_body_past_the_limit_is_refused_with_and_without_a_stated_length()
    {
        var large = "{\"metadata\":{\"a\":\"" + new string('x', 70_000) + "\"}}";
        (await Host.PostAsync(Alice, "/tokenize", large)).IsRefused(413, "body-too-large");

        using var chunked = Calls.Json(large);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tokenize") { Content = chunked };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Host = VaultHost.VaultHostName;
        request.Headers.Add("X-Auth-Assertion", Mint.Assertion(Host, Alice));
        using var response = await Host.Users.SendAsync(request);
        new Answered(response.StatusCode, await response.Content.ReadAsByteArrayAsync(), response).IsRefused(413, "body-too-large");
    }

    private Task<Answered> SendAsync(HttpContent content) => Host.Users.SendAsync(
        HttpMethod.Post, "/tokenize", content, ("Host", VaultHost.VaultHostName), ("X-Auth-Assertion", Mint.Assertion(Host, Alice)));
}
