using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using AuthProxy.Jose;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tests.Hosted;
using AuthProxy.Tokenizer.Tests.Logins;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Tokenizer.Tests.Weaknesses;

/// <summary>Weaknesses of LunaDefend's sessions (docs/lunadefend.md), and that they are not here.</summary>
public class SessionWeaknessTests : VaultTests
{
    /// <summary>Lifetime, issuer and audience were never checked: a leaked token worked until the key changed.</summary>
    [Fact]
    public async Task W04_a_leaked_token_is_worth_nothing_when_its_time_is_over_or_for_another_audience()
    {
        var visitor = new Visitor(Host);
        var (_, state) = await visitor.BeginAsync("?auth_provider=partners");
        var leaked = LoginMint.Partner(Host, "p1");
        Host.Clock.Advance(TimeSpan.FromMinutes(16));
        (_, state) = await visitor.BeginAsync("?auth_provider=partners");

        (await visitor.CompleteAsync(state, leaked)).IsRefused(400, "login-failed");
        (await visitor.CompleteAsync(state, LoginMint.Partner(Host, "p1", change: claims => claims["aud"] = "elsewhere"))).IsRefused(400, "login-failed");
        (await visitor.CompleteAsync(state, LoginMint.Partner(Host, "p1", change: claims => claims["iss"] = "elsewhere"))).IsRefused(400, "login-failed");
    }

    /// <summary>States were never marked as used.</summary>
    [Fact]
    public async Task W05_a_state_is_good_once()
    {
        var visitor = new Visitor(Host);
        var (_, state) = await visitor.BeginAsync();
        (await visitor.CompleteAsync(state, LoginMint.Staff(Host, state, "alice", "s1"))).IsGood();

        (await visitor.CompleteAsync(state, LoginMint.Staff(Host, state, "alice", "s1"))).IsRefused(400, "login-expired");
    }

    /// <summary>A state that was never given out was accepted, for an unknown one read as unused.</summary>
    [Theory]
    [InlineData("5f0c6f0e-3f5c-4d4b-9f3e-0d8f1c1b7a11"), InlineData(""), InlineData("x"), InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task W05_a_state_that_was_never_given_out_is_refused(string invented)
    {
        var visitor = new Visitor(Host);
        await visitor.BeginAsync();

        (await visitor.CompleteAsync(invented, LoginMint.Staff(Host, invented, "alice", "s1"))).IsRefused(400, "login-failed");
    }

    /// <summary>Whoever could plant a state cookie could sign a victim in to their own session, and so be granted what the victim types.</summary>
    [Fact]
    public async Task W05_login_csrf_the_attackers_login_cannot_be_completed_in_the_victims_browser()
    {
        var (attacker, victim) = (new Visitor(Host), new Visitor(Host));
        var (_, state) = await attacker.BeginAsync();
        var link = $"/session/create?state={state}&openid_token={LoginMint.Staff(Host, state, "mallory", "s-mallory")}";

        (await victim.GetAsync(link)).IsRefused(400, "login-failed");
        await victim.BeginAsync();
        (await victim.GetAsync(link)).IsRefused(400, "login-failed");
        Assert.False(await victim.HasSessionAsync());

        // A sibling host may plant a cookie, but none whose name begins with this: that is what the prefix is for.
        Assert.All(victim.Cookies.Keys, name => Assert.StartsWith("__Host-", name, StringComparison.Ordinal));
    }

    /// <summary>Even with a mark, reading and then writing it would have let two requests at once through.</summary>
    [Fact]
    public async Task W06_of_many_answers_to_one_login_at_once_one_is_taken()
    {
        var visitor = new Visitor(Host);
        var (_, state) = await visitor.BeginAsync();
        var cookie = $"__Host-tokenizer-login={visitor.Cookies["__Host-tokenizer-login"]}";

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => Host.Users.SendAsync(
            HttpMethod.Get, $"/session/create?state={state}&openid_token={LoginMint.Staff(Host, state, "alice", $"s{number}")}", null,
            ("Host", VaultHost.DeskHostName), ("Cookie", cookie))));

        Assert.Single(answers, answer => (int)answer.Status == 200);
        Assert.All(answers.Where(answer => (int)answer.Status != 200), answer => answer.IsRefused(400, "login-expired"));
    }

    /// <summary>States had no expiry in the store, and anybody could fill it.</summary>
    [Fact]
    public async Task W06_a_login_that_was_only_begun_costs_the_store_nothing_and_ends_by_itself()
    {
        var visitor = new Visitor(Host);
        var (_, state) = await visitor.BeginAsync();
        using var database = new Database(Host);
        Assert.Equal(0, database.Count("logins") + database.Count("spent_marks") + database.Count("sessions"));

        Host.Clock.Advance(TimeSpan.FromMinutes(10));

        (await visitor.CompleteAsync(state, LoginMint.Staff(Host, state, "alice", "s1"))).IsRefused(400, "login-failed");
    }

    /// <summary>What is remembered of used states and tokens goes when they would be refused for their age.</summary>
    [Fact]
    public async Task W06_what_is_remembered_of_logins_is_swept()
    {
        await Visitor.SignedInAsync(Host, "alice", "s1");
        Host.Clock.Advance(TimeSpan.FromMinutes(16));

        await Host.Parts.GetRequiredService<Sweeper>().SweepAsync(default);

        using var database = new Database(Host);
        Assert.Equal(0, database.Count("logins") + database.Count("spent_marks") + database.Count("sessions"));
    }

    /// <summary>Any subject could create a session: an application's token in the cookie gave a browser the application's rights.</summary>
    [Fact]
    public async Task W07_an_applications_token_makes_no_user_and_a_users_no_application()
    {
        var visitor = new Visitor(Host);
        var (_, state) = await visitor.BeginAsync();
        (await visitor.CompleteAsync(state, LoginMint.Backend(Host))).IsRefused(400, "login-failed");
        (_, state) = await visitor.BeginAsync("?auth_provider=partners");
        (await visitor.CompleteAsync(state, LoginMint.Partner(Host, "p1", "application"))).IsRefused(400, "login-failed");

        foreach (var token in new[] { LoginMint.Staff(Host, state, "application", "s1"), LoginMint.Partner(Host, "p1") })
        {
            (await Host.Services.SendAsync(HttpMethod.Post, "/grant/verify", Calls.Json("{}"), ("Authorization", token))).IsRefused(401, "credentials-invalid");
        }
    }

    /// <summary>Users without a session id shared the session of the empty id.</summary>
    [Fact]
    public async Task W07_there_is_no_session_of_the_empty_id()
    {
        var visitor = new Visitor(Host);
        var (_, state) = await visitor.BeginAsync("?auth_provider=partners");

        (await visitor.CompleteAsync(state, LoginMint.Partner(Host, null))).IsRefused(400, "login-failed");
        (await visitor.CompleteAsync(state, LoginMint.Partner(Host, ""))).IsRefused(400, "login-failed");
    }

    /// <summary>The full credential travelled in a query string, and was then the cookie's value.</summary>
    [Fact]
    public async Task W08_the_token_in_the_address_is_no_credential_and_signs_one_browser_in_once()
    {
        var victim = new Visitor(Host);
        var (_, state) = await victim.BeginAsync("?auth_provider=partners");
        var token = LoginMint.Partner(Host, "p1");
        (await victim.CompleteAsync(state, token)).IsGood();
        Assert.DoesNotContain(token, victim.Cookies.Values);

        var thief = new Visitor(Host);
        (_, state) = await thief.BeginAsync("?auth_provider=partners");
        (await thief.CompleteAsync(state, token)).IsRefused(400, "login-expired");
        thief.Cookies["__Host-tokenizer-session"] = token;
        Assert.False(await thief.HasSessionAsync());
        thief.Cookies["access_token"] = token;
        Assert.False(await thief.HasSessionAsync());
    }

    /// <summary>A typed token answers one login: found in a log before it was used, it signs nobody else in.</summary>
    [Fact]
    public async Task W08_a_typed_token_is_the_answer_to_one_login()
    {
        var (victim, thief) = (new Visitor(Host), new Visitor(Host));
        var token = LoginMint.Staff(Host, (await victim.BeginAsync()).State, "alice", "s1");

        (await thief.CompleteAsync((await thief.BeginAsync()).State, token)).IsRefused(400, "login-failed");
    }

    /// <summary>A second good signature over the same claims would be another token, if the signature were what is remembered.</summary>
    [Fact]
    public async Task W08_another_signature_over_a_spent_token_is_spent_too()
    {
        var key = SigningKey.Generate();
        Host.ChangeStaffKey(key);
        var visitor = new Visitor(Host);
        var (_, state) = await visitor.BeginAsync();
        var token = LoginMint.Staff(Host, state, "alice", "s1", key);
        (await visitor.CompleteAsync(state, token)).IsGood();

        (await visitor.CompleteAsync(state, Malleated(token))).IsRefused(400, "login-expired");
    }

    /// <summary>Refusals dumped request heads; tokens, states and session ids stood in the log.</summary>
    [Fact]
    public async Task W09_logs_and_metrics_hold_nothing_of_a_login()
    {
        var visitor = new Visitor(Host);
        var (_, state) = await visitor.BeginAsync();
        var token = LoginMint.Staff(Host, state, "alice-in-the-log", "sid-in-the-log");
        (await visitor.CompleteAsync(state, token)).IsGood();
        await visitor.CompleteAsync(state, token);
        await visitor.CompleteAsync("x" + state, token + "x");
        await visitor.PostAsync("/tokenize", "{}");

        var told = string.Join('\n', Host.LogLines) + await Host.MetricsAsync();
        foreach (var secret in new[] { state, token, token.Split('.')[2], "alice-in-the-log", "sid-in-the-log" }.Concat(visitor.Cookies.Values))
        {
            Assert.DoesNotContain(secret, told, StringComparison.Ordinal);
        }
    }

    /// <summary>Cookies were readable by scripts, and lived as long as nobody had meant.</summary>
    [Fact]
    public async Task W10_cookies_are_of_one_host_out_of_scripts_reach_and_live_as_long_as_what_they_stand_for()
    {
        var visitor = new Visitor(Host);
        var (_, state) = await visitor.BeginAsync();
        Assert.EndsWith("; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Lax", Assert.Single(visitor.CookieLines), StringComparison.Ordinal);

        await visitor.CompleteAsync(state, LoginMint.Staff(Host, state, "alice", "s1"));

        var line = Assert.Single(visitor.CookieLines);
        Assert.StartsWith("__Host-tokenizer-session=", line, StringComparison.Ordinal);
        Assert.EndsWith("; Path=/; Max-Age=900; Secure; HttpOnly; SameSite=Lax", line, StringComparison.Ordinal);
    }

    /// <summary>Grants and sessions survived a logout.</summary>
    [Fact]
    public async Task W16_a_logout_ends_the_session_with_its_grants_and_addresses()
    {
        var visitor = await Visitor.SignedInAsync(Host, "alice", "s1");
        await visitor.KeepAsync("x");

        (await Host.Services.SendAsync(HttpMethod.Post, "/v1/sessions/end", Calls.Json("""{"sid":"s1"}"""), ("Authorization", LoginMint.Backend(Host)))).IsGood();

        Assert.False(await visitor.HasSessionAsync());
        using var database = new Database(Host);
        Assert.Equal(0, database.Count("grants") + database.Count("tickets") + database.Count("logins"));
    }

    /// <summary>One key for all providers: each could speak for the users of the others.</summary>
    [Fact]
    public async Task W27_each_provider_has_a_key_of_its_own_and_speaks_for_its_own_sessions()
    {
        var visitor = new Visitor(Host);
        var (_, state) = await visitor.BeginAsync();
        (await visitor.CompleteAsync(state, LoginMint.Partner(Host, "s1"))).IsRefused(400, "login-failed");
        (await visitor.CompleteAsync(state, LoginMint.Staff(Host, state, "alice", "s1", Host.PartnersKey))).IsRefused(400, "login-failed");

        (await visitor.CompleteAsync(state, LoginMint.Staff(Host, state, "alice", "s1"))).IsGood();
    }

    /// <summary>A query in a provider's address was lost, and a missing default sent browsers to the tokenizer itself.</summary>
    [Fact]
    public async Task W27_a_providers_query_is_kept_and_there_is_always_a_default()
    {
        Assert.Contains("from=desk&state=", (await new Visitor(Host).BeginAsync("?auth_provider=partners")).Address.Query, StringComparison.Ordinal);
        Assert.Equal(VaultHost.DeskOrigin, (await new Visitor(Host).BeginAsync()).Address.GetLeftPart(UriPartial.Authority));
    }

    /// <summary>The same signature with s replaced by n - s is as good (ECDSA on P-256).</summary>
    private static string Malleated(string token)
    {
        var dot = token.LastIndexOf('.') + 1;
        var order = BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var signature = Base64Url.DecodeFromChars(token.AsSpan(dot));
        var other = (order - new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true)).ToByteArray(isUnsigned: true, isBigEndian: true);
        signature.AsSpan(32).Clear();
        other.CopyTo(signature.AsSpan(64 - other.Length));
        return string.Concat(token.AsSpan(0, dot), Base64Url.EncodeToString(signature));
    }
}
