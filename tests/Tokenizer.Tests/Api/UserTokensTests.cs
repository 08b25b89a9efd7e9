using System.Text;
using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Api;

public class UserTokensTests(SharedVault vault) : SharedVaultTests(vault), IClassFixture<SharedVault>
{
    [Fact]
    public async Task A_value_is_kept_and_read_in_one_request_each()
    {
        var token = await Host.CreateAsync(Alice, "Ä 078-05-1120");

        var read = (await Host.ReadValueAsync(Alice, token)).IsStatus(200);

        Assert.Equal(("Ä 078-05-1120", "text"), (read.Json.GetProperty("value").GetString(), read.Json.GetProperty("encoding").GetString()));
        Assert.Equal("application/json", read.Header("Content-Type"));
        Assert.Equal("Ä 078-05-1120", await Host.ReadAsync(Alice, token));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_kept_and_read_in_base64()
    {
        var bytes = new byte[] { 0, 255, 128, 1 };
        var token = await Host.CreateAsync(Alice, Convert.ToBase64String(bytes), ",\"encoding\":\"base64\"");

        (await Host.ReadValueAsync(Alice, token)).IsRefused(409, "value-not-text");
        var read = (await Host.PostAsync(Alice, "/v1/tokens/read", $$"""{"token":"{{token}}","encoding":"base64"}""")).IsStatus(200);

        Assert.Equal(bytes, read.Json.GetProperty("value").GetBytesFromBase64());
    }

    [Fact]
    public async Task A_large_value_is_streamed_to_one_address_and_from_another()
    {
        var made = (await Host.PostAsync(Alice, "/v1/tokens/upload", """{"metadata":{"name":"scan.pdf"}}""")).IsStatus(201).Json;
        var token = made.GetProperty("token").GetString()!;
        var value = new byte[200_000];
        Random.Shared.NextBytes(value);

        (await Host.PutAsync(Alice, Calls.PathOf(made.GetProperty("upload_url").GetString()!), Calls.Value(value))).IsGood();
        (await Host.ReadValueAsync(Alice, token)).IsRefused(413, "value-not-inline");
        var download = (await Host.PostAsync(Alice, "/v1/tokens/download", ApiCalls.TokenBody(token))).IsStatus(200).Json.GetProperty("download_url").GetString()!;

        Assert.Equal(value, (await Host.GetAsync(Alice, Calls.PathOf(download))).IsGood().Body);
    }

    [Theory]
    [InlineData(16384, 201), InlineData(16385, 413)]
    public async Task A_value_in_an_object_has_at_most_sixteen_kibibytes(int size, int status) =>
        (await Host.PostAsync(Alice, "/v1/tokens", $$"""{"value":"{{new string('x', size)}}"}""")).IsStatus(status);

    [Fact]
    public async Task Without_a_grant_nothing_is_read_and_a_guess_learns_nothing()
    {
        var token = await Host.CreateAsync(Alice);

        (await Host.ReadValueAsync(Bob, token)).IsRefused(403, "grant-missing");
        (await Host.ReadValueAsync(Bob, ApiCalls.Unknown)).IsRefused(403, "grant-missing");
        (await Host.DescribeAsync(Bob, token)).IsRefused(403, "grant-missing");
        (await Host.DescribeAsync(Bob, ApiCalls.Unknown)).IsRefused(403, "grant-missing");
        (await Host.DeleteAsync(Bob, token)).IsRefused(403, "not-owner");
        (await Host.DeleteAsync(Bob, ApiCalls.Unknown)).IsRefused(403, "not-owner");
    }

    [Theory]
    [InlineData("/v1/tokens/read"), InlineData("/v1/tokens/download"), InlineData("/v1/tokens/describe"), InlineData("/v1/tokens/delete")]
    public async Task A_token_of_another_application_is_refused_as_such(string path)
    {
        var shops = (await ShopAsync("/v1/tokens", """{"value":"secret"}""")).IsStatus(201).Json.GetProperty("token").GetString()!;

        (await Host.PostAsync(Alice, path, ApiCalls.TokenBody(shops))).IsRefused(403, "foreign-token");
    }

    [Fact]
    public async Task Only_its_owner_deletes_a_token_also_where_others_may_read_it()
    {
        var token = await Host.CreateAsync(Alice);
        (await Host.GrantByRuleAsync(Bob, token, ",\"if\":\"any\"")).IsStatus(201);

        (await Host.ReadValueAsync(Bob, token)).IsStatus(200);
        (await Host.DeleteAsync(Bob, token)).IsRefused(403, "not-owner");
        Assert.Empty((await Host.DeleteAsync(Alice, token)).IsStatus(204).Body);
        (await Host.ReadValueAsync(Bob, token)).IsRefused(403, "grant-missing");
        (await Host.DeleteAsync(Alice, token)).IsRefused(403, "not-owner");
    }

    [Fact]
    public async Task A_ticket_for_a_deleted_token_opens_nothing()
    {
        var token = await Host.CreateAsync(Alice);
        var path = await Host.DownloadPathAsync(Alice, token);
        (await Host.DeleteAsync(Alice, token)).IsStatus(204);

        (await Host.GetAsync(Alice, path)).IsRefused(403, "ticket-invalid");
    }

    [Fact]
    public async Task A_token_is_gone_at_its_end_although_nothing_was_swept()
    {
        var token = await Host.CreateAsync(Alice, more: ",\"ttl\":\"2m\"");
        var path = await Host.DownloadPathAsync(Alice, token);

        Host.Clock.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromMilliseconds(1));
        (await Host.ReadValueAsync(Alice, token)).IsStatus(200);
        Host.Clock.Advance(TimeSpan.FromMilliseconds(1));

        (await Host.ReadValueAsync(Alice, token)).IsRefused(403, "grant-missing");
        (await Host.DescribeAsync(Alice, token)).IsRefused(403, "grant-missing");
        (await Host.DeleteAsync(Alice, token)).IsRefused(403, "not-owner");
        (await Host.GetAsync(Alice, path)).IsRefused(403, "ticket-invalid");
        (await Host.GrantByRuleAsync(Alice, token)).IsRefused(404, "token-unknown");
    }

    [Fact]
    public async Task A_grant_never_outlives_its_token()
    {
        var made = (await Host.PostAsync(Alice, "/v1/tokens", """{"value":"x","ttl":"5m"}""")).IsStatus(201).Json;

        var granted = (await Host.GrantByRuleAsync(Alice, made.GetProperty("token").GetString()!, ",\"ttl\":\"30m\"")).IsStatus(201).Json;

        Assert.Equal((Host.Clock.GetUtcNow() + TimeSpan.FromMinutes(5)).ToUnixTimeSeconds(), made.GetProperty("expires_at").GetInt64());
        Assert.Equal(made.GetProperty("expires_at").GetInt64(), granted.GetProperty("expires_at").GetInt64());
    }

    [Fact]
    public async Task The_owner_sees_the_mask_without_a_grant_and_metadata_only_with_one()
    {
        var token = await Host.CreateAsync(Alice, more: ",\"mask\":\"last4\",\"metadata\":{\"label\":\"ssn\"}");

        var granted = (await Host.DescribeAsync(Alice, token)).IsStatus(200).Json;
        Host.Clock.Advance(TimeSpan.FromMinutes(16));
        var ungranted = (await Host.DescribeAsync(Alice, token)).IsStatus(200).Json;

        Assert.Equal("1120", granted.GetProperty("mask").GetString());
        Assert.Equal("ssn", granted.GetProperty("metadata").GetProperty("label").GetString());
        Assert.Equal(11, granted.GetProperty("size").GetInt32());
        Assert.False(granted.GetProperty("bound").GetBoolean());
        Assert.True(granted.GetProperty("grant").TryGetProperty("expires_at", out _));
        Assert.Equal("1120", ungranted.GetProperty("mask").GetString());
        Assert.False(ungranted.TryGetProperty("metadata", out _));
        Assert.False(ungranted.TryGetProperty("grant", out _));
    }

    [Theory]
    [InlineData("1234567", "text"), InlineData("", "text"), InlineData("MTIzNDU2Nzg5MA==", "base64")]
    public async Task What_would_show_most_of_itself_or_is_no_text_is_not_masked(string value, string encoding) =>
        (await Host.PostAsync(Alice, "/v1/tokens", $$"""{"value":"{{value}}","encoding":"{{encoding}}","mask":"last4"}""")).IsRefused(400, "mask-unavailable");

    [Fact]
    public async Task A_mask_counts_characters_as_people_do()
    {
        var token = await Host.CreateAsync(Alice, "1234567👩‍👩‍👧x12", ",\"mask\":\"last4\"");

        Assert.Equal("👩‍👩‍👧x12", (await Host.DescribeAsync(Alice, token)).IsStatus(200).Json.GetProperty("mask").GetString());
    }

    [Fact]
    public async Task The_database_holds_no_mask_in_the_clear()
    {
        await Host.CreateAsync(Alice, "some-text-maskmask", ",\"mask\":\"last4\"");

        using var database = new Database(Host);
        Assert.DoesNotContain("mask", Encoding.Latin1.GetString(Convert.FromHexString(database.Read<string>("SELECT group_concat(hex(mask), '') FROM tokens"))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", 400, "body-invalid"), InlineData("""{"value":7}""", 400, "body-invalid"), InlineData("""{"value":"\ud800"}""", 400, "body-invalid")]
    [InlineData("""{"value":"x","tll":"5m"}""", 400, "body-invalid"), InlineData("""{"value":"x","mask":"last8"}""", 400, "body-invalid")]
    [InlineData("""{"value":"x","metadata":[]}""", 400, "body-invalid"), InlineData("""{"value":"#","encoding":"base64"}""", 400, "body-invalid")]
    [InlineData("""{"value":"x","encoding":"hex"}""", 400, "body-invalid"), InlineData("""{"value":"x","ttl":"soon"}""", 400, "duration-invalid")]
    [InlineData("""{"value":"x","ttl":"999ms"}""", 400, "duration-invalid"), InlineData("""{"value":"x","ttl":"87601h"}""", 400, "duration-invalid")]
    [InlineData("""{"value":"x","ttl":"-5m"}""", 400, "duration-invalid"), InlineData("""{"value":"x","record":"customers/7"}""", 400, "body-invalid")]
    public async Task A_wish_that_cannot_be_understood_is_refused_and_never_half_done(string body, int status, string reason)
    {
        using var database = new Database(Host);
        var before = database.Count("tokens");

        (await Host.PostAsync(Alice, "/v1/tokens", body)).IsRefused(status, reason);

        Assert.Equal(before, database.Count("tokens"));
    }

    [Theory]
    [InlineData("/v1/tokens/read"), InlineData("/v1/tokens/download"), InlineData("/v1/tokens/describe"), InlineData("/v1/tokens/delete")]
    public async Task What_is_no_token_is_refused_as_such(string path)
    {
        (await Host.PostAsync(Alice, path, """{"token":"lunasec-7"}""")).IsRefused(400, "token-malformed");
        (await Host.PostAsync(Alice, path, "{}")).IsRefused(400, "token-malformed");
        (await Host.PostAsync(Alice, path, $$"""{"token":"{{ApiCalls.Unknown}}","tokens":[]}""")).IsRefused(400, "body-invalid");
    }

    [Fact]
    public async Task An_ended_session_makes_reads_and_deletes_nothing()
    {
        var token = await Host.CreateAsync(Alice);
        (await Host.EndAsync(Alice)).IsGood();

        (await Host.PostAsync(Alice, "/v1/tokens", """{"value":"x"}""")).IsRefused(403, "session-ended");
        (await Host.ReadValueAsync(Alice, token)).IsRefused(403, "session-ended");
        (await Host.DeleteAsync(Alice, token)).IsRefused(403, "session-ended");
    }

    [Fact]
    public async Task Logs_hold_neither_tokens_nor_values_nor_masks()
    {
        var token = await Host.CreateAsync(Alice, "a-value-like-no-Zq7x", ",\"mask\":\"last4\"");
        await Host.ReadValueAsync(Alice, token);
        await Host.ReadValueAsync(Bob, token);
        await Host.DeleteAsync(Alice, token);

        Assert.All(Host.LogLines, line => Assert.DoesNotContain(token, line, StringComparison.OrdinalIgnoreCase));
        Assert.All(Host.LogLines, line => Assert.DoesNotContain("Zq7x", line, StringComparison.Ordinal));
    }

    private Task<Answered> ShopAsync(string path, string body) => Host.Users.SendAsync(
        HttpMethod.Post, path, Calls.Json(body), ("Host", VaultHost.ShopHostName), ("X-Auth-Assertion", Mint.Assertion(Host, Alice, "tokenizer:shop")));
}
