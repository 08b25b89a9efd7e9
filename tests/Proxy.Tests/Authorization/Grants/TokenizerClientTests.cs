using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authorization.Grants;
using AuthProxy.Proxy.Sessions;
using AuthProxy.TestKit;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Proxy.Tests.Authorization.Grants;

public sealed class TokenizerClientTests : IAsyncLifetime
{
    private const string First = "lunasec-00000000-0000-4000-8000-000000000001";
    private const string Second = "lunasec-00000000-0000-4000-8000-000000000002";
    private readonly FakeClock _clock = new();
    private StubTokenizer _tokenizer = null!;

    public async Task InitializeAsync() => _tokenizer = await StubTokenizer.StartAsync();

    public async Task DisposeAsync() => await _tokenizer.DisposeAsync();

    [Fact]
    public async Task Batch_is_asked_in_one_call_with_the_session_that_must_hold_the_grants()
    {
        _tokenizer.Answers($$$"""{"results":[{"valid":true,"expires_at":{{{_clock.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds()}}}},{"valid":false}]}""");

        var answers = Assert.IsType<GrantVerdict.Answered>(await VerifyAsync()).Answers;

        Assert.Equal([new GrantAnswer(true, _clock.GetUtcNow().AddMinutes(5)), new GrantAnswer(false, null)], answers);
        Assert.Equal("/v1/grants/verify", Assert.Single(_tokenizer.Paths));
        Assert.Equal("Bearer service-token", Assert.Single(_tokenizer.Authorizations));
        Assert.Equal(
            $$$"""{"application":"bank","session":{"sid":"alice-1","sub":"alice","sub_iss":"https://idp","session_exp":{{{_clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds()}}}},"tokens":["{{{First}}}","{{{Second}}}"]}""",
            Assert.Single(_tokenizer.Bodies));
    }

    [Theory]
    [InlineData("""{"results":[{"valid":true}]}""")]
    [InlineData("""{"results":[{"valid":true},{"valid":true},{"valid":true}]}""")]
    [InlineData("""{"results":[]}""")]
    [InlineData("{}")]
    [InlineData("""{"results":{}}""")]
    [InlineData("""{"data":{"results":[{"valid":true},{"valid":true}]}}""")]
    [InlineData("""{"results":[{"valid":"true"},{"valid":true}]}""")]
    [InlineData("""{"results":[{"valid":1},{"valid":true}]}""")]
    [InlineData("""{"results":[{},{"valid":true}]}""")]
    [InlineData("""{"results":[true,true]}""")]
    [InlineData("""{"results":[{"valid":true,"expires_at":"soon"},{"valid":true}]}""")]
    [InlineData("""{"results":[{"valid":true,"expires_at":1e300},{"valid":true}]}""")]
    [InlineData("""{"results":[{"valid":false,"valid":true},{"valid":true}]}""")]
    [InlineData("""{"results":[],"results":[{"valid":true},{"valid":true}]}""")]
    [InlineData("""{"results":[{"valid":true},{"valid":true}]} x""")]
    [InlineData("""{"results":[{"valid":true},{"valid":true}]""")]
    [InlineData("[]"), InlineData("null"), InlineData(""), InlineData("<html>")]
    public async Task Anything_but_one_clear_answer_for_each_token_is_no_answer(string json)
    {
        _tokenizer.Answers(json);

        Assert.IsType<GrantVerdict.Unavailable>(await VerifyAsync());
    }

    [Fact]
    public async Task Grant_whose_uses_are_counted_has_no_end_up_to_which_it_is_remembered()
    {
        _tokenizer.Answers($$$"""{"results":[{"valid":true,"expires_at":{{{End}}},"uses_left":1},{"valid":true,"expires_at":{{{End}}}}]}""");

        var answers = Assert.IsType<GrantVerdict.Answered>(await VerifyAsync()).Answers;

        Assert.Equal([null, _clock.GetUtcNow().AddHours(1)], answers.Select(answer => answer.ExpiresAt));
    }

    [Theory]
    [InlineData(201), InlineData(400), InlineData(401), InlineData(403), InlineData(404), InlineData(500), InlineData(503)]
    public async Task Other_status_is_no_answer_whatever_the_body_says(int status)
    {
        _tokenizer.Answers(AllValid, status);

        Assert.IsType<GrantVerdict.Unavailable>(await VerifyAsync());
    }

    [Theory]
    [InlineData("session-ended"), InlineData("session-unknown"), InlineData("session-mismatch")]
    public async Task Session_that_is_over_at_the_tokenizer_holds_nothing(string reason)
    {
        _tokenizer.Answers($$$"""{"type":"urn:authproxy:refusal:{{{reason}}}"}""", 403, "application/problem+json");

        Assert.All(Assert.IsType<GrantVerdict.Answered>(await VerifyAsync()).Answers, answer => Assert.False(answer.Valid));
    }

    [Theory]
    [InlineData("""{"type":"urn:authproxy:refusal:caller-not-allowed"}"""), InlineData("""{"type":"session-ended"}"""), InlineData("""{"type":7}"""), InlineData("session-ended"), InlineData("[]")]
    public async Task Refusal_of_this_proxy_is_no_answer_about_the_session(string json)
    {
        _tokenizer.Answers(json, 403, "application/problem+json");

        Assert.IsType<GrantVerdict.Unavailable>(await VerifyAsync());
    }

    [Fact]
    public async Task Redirect_is_not_followed()
    {
        _tokenizer.Answer = context =>
        {
            context.Response.Redirect("/elsewhere", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        };

        Assert.IsType<GrantVerdict.Unavailable>(await VerifyAsync());
        Assert.Single(_tokenizer.Paths);
    }

    [Theory]
    [InlineData("text/html"), InlineData("text/plain"), InlineData("application/jsonx")]
    public async Task Other_type_is_no_answer(string type)
    {
        _tokenizer.Answers(AllValid, 200, type);

        Assert.IsType<GrantVerdict.Unavailable>(await VerifyAsync());
    }

    [Fact]
    public async Task Compressed_answer_is_no_answer()
    {
        _tokenizer.Answer = async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(AllValid));
        };

        Assert.IsType<GrantVerdict.Unavailable>(await VerifyAsync());
    }

    [Fact]
    public async Task Endless_answer_is_not_read_to_its_end()
    {
        _tokenizer.Answer = async context =>
        {
            context.Response.ContentType = "application/json";
            var blanks = new byte[64 * 1024];
            Array.Fill(blanks, (byte)' ');
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(blanks, context.RequestAborted);
            }
        };

        Assert.Contains("too long", Assert.IsType<GrantVerdict.Unavailable>(await VerifyAsync()).Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task Silent_tokenizer_is_not_waited_for(bool afterHeaders)
    {
        var asked = new TaskCompletionSource();
        _tokenizer.Answer = async context =>
        {
            if (afterHeaders)
            {
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync("{");
                await context.Response.Body.FlushAsync();
            }

            asked.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };

        var verdict = VerifyAsync();
        await asked.Task;
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Contains("in time", Assert.IsType<GrantVerdict.Unavailable>(await verdict).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Adoption_names_guest_and_user_and_only_a_clear_yes_is_one()
    {
        var (guest, user) = (Of("sid-guest", "guest-1", "https://proxy"), Of("sid-alice", "alice", "https://idp"));
        _tokenizer.Answers("""{"adopted":true}""");
        Assert.True(await Client(_tokenizer.Address).AdoptAsync(guest, user, default));
        Assert.Equal("/v1/sessions/adopt", Assert.Single(_tokenizer.Paths));
        Assert.Equal(
            $$$"""{"guest":{"sid":"sid-guest","sub":"guest-1","sub_iss":"https://proxy","session_exp":{{{End}}}},"session":{"sid":"sid-alice","sub":"alice","sub_iss":"https://idp","session_exp":{{{End}}}}}""",
            Assert.Single(_tokenizer.Bodies));

        _tokenizer.Answers("""{"adopted":false}""");
        Assert.True(await Client(_tokenizer.Address).AdoptAsync(guest, user, default));
        _tokenizer.Answers("""{"adopted":"true"}""");
        Assert.False(await Client(_tokenizer.Address).AdoptAsync(guest, user, default));
        _tokenizer.Answers("""{"type":"urn:authproxy:refusal:session-ended"}""", 403, "application/problem+json");
        Assert.False(await Client(_tokenizer.Address).AdoptAsync(guest, user, default));
        _tokenizer.Answers("""{"adopted":true}""", 503);
        Assert.False(await Client(_tokenizer.Address).AdoptAsync(guest, user, default));
    }

    [Fact]
    public async Task Tokenizer_that_is_down_is_no_answer()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}/");
        taken.Stop();

        Assert.IsType<GrantVerdict.Unavailable>(await VerifyAsync(Client(address)));
    }

    [Fact]
    public async Task Connection_cut_in_the_middle_is_no_answer()
    {
        _tokenizer.Answer = async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = AllValid.Length + 10;
            await context.Response.WriteAsync(AllValid);
            context.Abort();
        };

        Assert.IsType<GrantVerdict.Unavailable>(await VerifyAsync());
    }

    [Fact]
    public async Task Client_that_goes_away_cancels_the_question()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client(_tokenizer.Address).VerifyAsync(Question(), gone.Token).AsTask());
    }

    [Fact]
    public async Task Service_token_that_cannot_be_made_is_no_answer()
    {
        var client = TokenizerClient.Create(Address(_tokenizer.Address), new NoToken(), _clock);

        Assert.IsType<GrantVerdict.Unavailable>(await VerifyAsync(client));
    }

    [Fact]
    public async Task End_of_a_session_is_told_with_the_time_until_which_it_counts()
    {
        _tokenizer.Answers("""{"ended":true}""");

        Assert.True(await Client(_tokenizer.Address).EndAsync("alice-1", _clock.GetUtcNow(), CancellationToken.None));
        Assert.Equal("/v1/sessions/end", Assert.Single(_tokenizer.Paths));
        Assert.Equal($$$"""{"sid":"alice-1","until":{{{_clock.GetUtcNow().ToUnixTimeSeconds()}}}}""", Assert.Single(_tokenizer.Bodies));
    }

    [Theory]
    [InlineData("""{"ended":false}""", 200), InlineData("""{"ended":true}""", 500), InlineData("""{"ended":"true"}""", 200), InlineData("{}", 200), InlineData("[]", 200), InlineData("", 200)]
    public async Task End_that_was_not_clearly_taken_is_told_again_later(string json, int status)
    {
        _tokenizer.Answers(json, status);

        Assert.False(await Client(_tokenizer.Address).EndAsync("alice-1", _clock.GetUtcNow(), CancellationToken.None));
    }

    [Fact]
    public async Task Reason_for_the_operator_holds_neither_token_nor_service_token()
    {
        _tokenizer.Answers($$$"""{"type":"x","title":"{{{First}}}"}""", 500);

        var why = Assert.IsType<GrantVerdict.Unavailable>(await VerifyAsync()).Why;

        Assert.DoesNotContain("lunasec", why, StringComparison.Ordinal);
        Assert.DoesNotContain("service-token", why, StringComparison.Ordinal);
        Assert.DoesNotContain(First, Question().ToString(), StringComparison.Ordinal);
    }

    private const string AllValid = """{"results":[{"valid":true},{"valid":true}]}""";

    private static TokenizerAddress Address(Uri services) => new(services, "bank", TimeSpan.FromSeconds(2));

    private TokenizerClient Client(Uri services) =>
        TokenizerClient.Create(Address(services), new FixedToken(), _clock);

    private Task<GrantVerdict> VerifyAsync(TokenizerClient? client = null) =>
        (client ?? Client(_tokenizer.Address)).VerifyAsync(Question(), CancellationToken.None).AsTask();

    private GrantQuestion Question() => new(
        Subject.WithoutClaims("https://idp", "alice"),
        new SessionIdentity("alice-1", _clock.GetUtcNow().AddHours(1)),
        [First, Second]);

    private sealed class FixedToken : IServiceTokens
    {
        public string Current() => "service-token";
    }

    private sealed class NoToken : IServiceTokens
    {
        public string Current() => throw new InvalidOperationException("no key");
    }

    private long End => _clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds();

    private Session Of(string sid, string subject, string issuer) => new(
        sid, issuer, subject, System.Text.Json.JsonDocument.Parse("{}").RootElement, ProviderTokens.None, null, _clock.GetUtcNow(), _clock.GetUtcNow(), _clock.GetUtcNow().AddHours(1));
}
