using System.Collections.Concurrent;
using AuthProxy.TestKit;

namespace AuthProxy.Jose.Tests;

public sealed class JwksCacheTests : IDisposable
{
    private static readonly SigningKey Rotated = SigningKey.Generate();

    private readonly FakeClock _clock = new();
    private readonly KeyServer _server = new();
    private readonly ConcurrentQueue<KeySetRefresh> _seen = new();
    private readonly JwksCacheOptions _options;
    private readonly JwksCache _cache;

    public JwksCacheTests()
    {
        _options = new JwksCacheOptions { Observer = _seen.Enqueue };
        _cache = new JwksCache(_server.FetchAsync, _clock, _options);
    }

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task Keys_are_fetched_at_the_first_question_and_kept()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.IsType<KeyLookup.Found>(await Find(Tokens.Ec));
        }

        Assert.Equal(1, _server.Fetches);
    }

    [Fact]
    public async Task Many_first_questions_cause_one_fetch()
    {
        _server.Hold();
        var questions = Enumerable.Range(0, 50).Select(_ => Find(Tokens.Ec)).ToList();
        _server.Release();
        Assert.All(await Task.WhenAll(questions), lookup => Assert.IsType<KeyLookup.Found>(lookup));
        Assert.Equal(1, _server.Fetches);
    }

    [Fact]
    public async Task Caller_that_gives_up_does_not_end_the_fetch_of_the_others()
    {
        _server.Hold();
        using var impatient = new CancellationTokenSource();
        var leaving = _cache.FindAsync(Tokens.Ec.KeyId, "ES256", impatient.Token).AsTask();
        var staying = Find(Tokens.Ec);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        _server.Release();
        Assert.IsType<KeyLookup.Found>(await staying);
        Assert.Equal(1, _server.Fetches);
    }

    [Fact]
    public async Task Nobody_goes_on_with_new_keys_before_what_the_old_ones_verified_can_be_forgotten()
    {
        using var told = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        using var cache = new JwksCache(_server.FetchAsync, _clock, new JwksCacheOptions
        {
            Observer = _ =>
            {
                told.Set();
                mayGoOn.Wait();
            },
        });
        var first = cache.RefreshAsync(default).AsTask();
        told.Wait();

        var second = cache.FindNewerAsync("ES256", default).AsTask();

        Assert.False(second.IsCompleted);
        mayGoOn.Set();
        Assert.IsType<KeyLookup.Found>(await second);
        Assert.True((await first).Succeeded);
    }

    [Fact]
    public async Task Keys_past_their_time_are_used_while_new_ones_are_fetched()
    {
        await Warm();
        _server.Hold();
        _clock.Advance(_options.TimeToLive);

        // The fetch is held: an answer at all shows that nobody waited.
        Assert.IsType<KeyLookup.Found>(await Find(Tokens.Ec));
        Assert.IsType<KeyLookup.Found>(await Find(Tokens.Ec));
        _server.Publish(Rotated);
        var refresh = Refresh();
        _server.Release();
        await refresh;

        Assert.Equal(2, _server.Fetches);
        Assert.IsType<KeyLookup.Found>(await Find(Rotated));
        Assert.IsType<KeyLookup.Unknown>(await Find(Tokens.Ec));
    }

    [Fact]
    public async Task Rotated_key_is_found_by_the_token_that_names_it()
    {
        await Warm();
        _server.Publish(Tokens.Ec, Rotated);
        _clock.Advance(_options.UnknownKeyInterval);
        Assert.IsType<KeyLookup.Found>(await Find(Rotated));
        Assert.Equal(2, _server.Fetches);
    }

    [Fact]
    public async Task Rotated_key_is_found_for_a_token_that_names_none()
    {
        await Warm();
        _server.Publish(Rotated);
        _clock.Advance(_options.UnknownKeyInterval);

        Assert.IsType<JwtOutcome.Verified>(await Tokens.Verify(Nameless(Rotated), _clock, keys: _cache));
        Assert.Equal(2, _server.Fetches);
    }

    [Fact]
    public async Task Flood_of_forged_tokens_that_name_no_key_causes_one_fetch_an_interval()
    {
        await Warm();
        for (var interval = 1; interval <= 3; interval++)
        {
            _clock.Advance(_options.UnknownKeyInterval);
            await Parallel.ForAsync(0, 100, async (_, _) => Assert.IsType<JwtOutcome.Rejected>(await Tokens.Verify(Nameless(Rotated), _clock, keys: _cache)));
            Assert.Equal(1 + interval, _server.Fetches);
        }
    }

    [Fact]
    public async Task Flood_of_unknown_key_ids_causes_one_fetch_an_interval()
    {
        await Warm();
        for (var interval = 1; interval <= 3; interval++)
        {
            _clock.Advance(_options.UnknownKeyInterval);
            await Parallel.ForAsync(0, 200, async (i, cancellation) =>
                Assert.IsType<KeyLookup.Unknown>(await _cache.FindAsync($"invented-{i}", "ES256", cancellation)));
            Assert.Equal(1 + interval, _server.Fetches);
        }
    }

    [Fact]
    public async Task Flood_of_unknown_key_ids_does_not_slow_down_who_has_a_known_one()
    {
        await Warm();
        _clock.Advance(_options.UnknownKeyInterval);
        _server.Hold();
        var flood = _cache.FindAsync("invented", "ES256", CancellationToken.None).AsTask();
        Assert.True(Find(Tokens.Ec).IsCompletedSuccessfully);
        _server.Release();
        Assert.IsType<KeyLookup.Unknown>(await flood);
    }

    [Fact]
    public async Task Failing_fetch_is_reported_and_not_repeated_at_once()
    {
        _server.Break();
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("down", Assert.IsType<KeyLookup.Unavailable>(await Find(Tokens.Ec)).Why);
        }

        Assert.Equal(1, _server.Fetches);
    }

    [Fact]
    public async Task Wait_after_failures_doubles_up_to_its_limit()
    {
        _server.Break();
        await Find(Tokens.Ec);
        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            var before = _server.Fetches;
            _clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            await Find(Tokens.Ec);
            Assert.Equal(before, _server.Fetches);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            await Find(Tokens.Ec);
            Assert.Equal(before + 1, _server.Fetches);
        }
    }

    [Fact]
    public async Task Success_ends_the_waiting()
    {
        _server.Break();
        await Find(Tokens.Ec);
        _server.Publish(Tokens.Ec);
        _clock.Advance(_options.FirstBackoff);
        Assert.IsType<KeyLookup.Found>(await Find(Tokens.Ec));
    }

    [Theory]
    [InlineData("<html>"), InlineData("{\"keys\":{}}"), InlineData("{\"keys\":[],\"keys\":[]}")]
    public async Task Nonsense_in_place_of_keys_keeps_the_last_good_ones(string nonsense)
    {
        await Warm();
        _server.Answer = new FetchOutcome.Fetched(System.Text.Encoding.UTF8.GetBytes(nonsense));
        Assert.False((await Refresh()).Succeeded);
        Assert.IsType<KeyLookup.Found>(await Find(Tokens.Ec));
    }

    [Fact]
    public async Task Stale_keys_are_used_up_to_their_limit_and_not_beyond()
    {
        await Warm();
        _server.Break();
        _clock.Advance(_options.StaleLimit - TimeSpan.FromMilliseconds(1));
        Assert.IsType<KeyLookup.Found>(await Find(Tokens.Ec));
        await Refresh();

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("down", Assert.IsType<KeyLookup.Unavailable>(await Find(Tokens.Ec)).Why);

        _server.Publish(Tokens.Ec);
        _clock.Advance(_options.LongestBackoff);
        Assert.IsType<KeyLookup.Found>(await Find(Tokens.Ec));
    }

    [Fact]
    public async Task Withdrawn_keys_count_no_longer_and_the_observer_is_told()
    {
        await Warm();
        _server.Publish();
        var refresh = await Refresh();
        Assert.True(refresh is { Succeeded: true, Withdrawn: true, Keys: 0 });
        Assert.IsType<KeyLookup.Unknown>(await Find(Tokens.Ec));
        Assert.Contains(refresh, _seen);
    }

    [Fact]
    public async Task Key_that_is_replaced_under_its_id_counts_as_withdrawn()
    {
        await Warm();
        var other = System.Text.Encoding.UTF8.GetString(Tokens.Jwks(Rotated)).Replace(Rotated.KeyId, Tokens.Ec.KeyId, StringComparison.Ordinal);
        _server.Answer = new FetchOutcome.Fetched(System.Text.Encoding.UTF8.GetBytes(other));
        Assert.True((await Refresh()).Withdrawn);
    }

    [Fact]
    public async Task Added_key_withdraws_nothing()
    {
        await Warm();
        _server.Publish(Rotated, Tokens.Ec);
        Assert.True(await Refresh() is { Succeeded: true, Withdrawn: false, Keys: 2 });
    }

    [Fact]
    public async Task Fetch_that_hangs_ends_at_its_time_limit()
    {
        _server.Hold();
        var question = Find(Tokens.Ec);
        while (_clock.PendingTimers == 0 || _server.Fetches == 0)
        {
            await Task.Yield();
        }

        _clock.Advance(_options.FetchTimeout);
        Assert.Equal("it took too long", Assert.IsType<KeyLookup.Unavailable>(await question).Why);
    }

    [Fact]
    public async Task Fetch_that_throws_is_a_failed_fetch()
    {
        using var cache = new JwksCache(_ => throw new InvalidOperationException("secret"), _clock);
        var lookup = await cache.FindAsync(null, "ES256", CancellationToken.None);
        Assert.DoesNotContain("secret", Assert.IsType<KeyLookup.Unavailable>(lookup).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_from_a_network_set_are_no_keys()
    {
        _server.Answer = new FetchOutcome.Fetched("""{"keys":[{"kty":"oct","kid":"s","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}"""u8.ToArray());
        Assert.IsType<KeyLookup.Unknown>(await _cache.FindAsync("s", "HS256", CancellationToken.None));
        using var file = new JwksCache(_server.FetchAsync, _clock, new JwksCacheOptions { AcceptSecrets = true });
        Assert.IsType<KeyLookup.Found>(await file.FindAsync("s", "HS256", CancellationToken.None));
    }

    [Fact]
    public async Task After_its_end_the_cache_fetches_no_more()
    {
        await Warm();
        _cache.Dispose();
        _clock.Advance(_options.TimeToLive);
        Assert.IsType<KeyLookup.Found>(await Find(Tokens.Ec));
        Assert.False((await _cache.RefreshAsync(CancellationToken.None)).Succeeded);
        Assert.Equal(1, _server.Fetches);
    }

    private string Nameless(SigningKey key) => Tokens.SignRaw(
        """{"alg":"ES256"}""", $$"""{"iss":"{{Tokens.Issuer}}","aud":"{{Tokens.Audience}}","sub":"alice","exp":{{Tokens.Seconds(_clock, 300)}}}""", key);

    private Task<KeyLookup> Find(SigningKey key) => _cache.FindAsync(key.KeyId, key.Algorithm, CancellationToken.None).AsTask();

    private async Task Warm() => Assert.IsType<KeyLookup.Found>(await Find(Tokens.Ec));

    private async Task<KeySetRefresh> Refresh() => await _cache.RefreshAsync(CancellationToken.None);
}
