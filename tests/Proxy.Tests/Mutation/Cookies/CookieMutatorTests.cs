using AuthProxy.Proxy.Mutation;
using AuthProxy.Proxy.Mutation.Cookies;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Tests.Mutation.Cookies;

public class CookieMutatorTests
{
    private const string User = "{ cookies: { user: '{{ print .Subject }}' } }";

    [Theory]
    [InlineData("", "user=alice")]
    [InlineData("theme=dark; lang=de", "user=alice; theme=dark; lang=de")]
    [InlineData("a=%20b; c=\"d e\"; f", "user=alice; a=%20b; c=\"d e\"; f")]
    public async Task Cookies_of_the_rule_come_first_and_the_clients_others_stay_as_they_are(string client, string expected) =>
        Assert.Equal(expected, await CookieAsync(User, client));

    [Theory]
    [InlineData("user=mallory"), InlineData("USER=mallory"), InlineData(" user = mallory"), InlineData("us%65r=mallory"), InlineData("\"user\"=mallory"), InlineData("=user=mallory")]
    [InlineData("user[]=mallory"), InlineData("user[x]=mallory"), InlineData("a=b user=mallory"), InlineData("a=b,user=mallory"), InlineData("a=b\tuser=mallory"), InlineData("a=\"x; user=mallory; y\"")]
    [InlineData("user"), InlineData("user=mallory; user=eve")]
    public async Task Client_cannot_send_the_rules_cookie_in_any_spelling(string client)
    {
        var cookie = await CookieAsync(User, client);

        Assert.StartsWith("user=alice", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("mallory", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("eve", cookie, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("user_name"), InlineData("user.name"), InlineData("user-name"), InlineData("user name"), InlineData("user+name"), InlineData("user%5fname")]
    public async Task Client_cannot_send_it_in_a_spelling_that_php_reads_as_the_same(string spelling) =>
        Assert.Equal("user_name=alice", await CookieAsync("{ cookies: { user_name: '{{ print .Subject }}' } }", spelling + "=mallory"));

    [Fact]
    public async Task Our_own_cookies_go_nowhere() =>
        Assert.Equal("user=alice; a=b", await CookieAsync(User, "__Host-authproxy=secret; a=b"));

    [Theory]
    [InlineData("plain", "plain"), InlineData("a@b", "a@b"), InlineData("a b", "\"a b\""), InlineData("a,b", "\"a,b\""), InlineData("a;b\\\"c", "abc"), InlineData("grün", "grn"), InlineData("50%", "50%"), InlineData("", "")]
    public async Task Oathkeepers_values_are_quoted_and_what_a_cookie_cannot_hold_is_dropped(string value, string expected) =>
        Assert.Equal("name=" + expected, await CookieAsync("{ cookies: { name: '{{ print .Extra.name }}' } }", "", RuleForm.Oathkeeper, value));

    [Theory]
    [InlineData("plain", "plain"), InlineData("a;b", "a%3Bb"), InlineData("ab", "ab"), InlineData("a b", "a%20b"), InlineData("grün", "gr%C3%BCn"), InlineData("a%3Bb", "a%253Bb"), InlineData("\"", "%22")]
    public async Task Our_values_are_encoded_so_that_two_never_look_alike(string value, string expected) =>
        Assert.Equal("name=" + expected, await CookieAsync("{ cookies: { name: '{{ print .Extra.name }}' } }", "", RuleForm.AuthProxy, value));

    [Fact]
    public async Task Missing_claim_still_keeps_the_clients_cookie_away() =>
        Assert.Equal("name=; a=b", await CookieAsync("{ cookies: { name: '{{ print .Extra.gone }}' } }", "name=mallory; a=b"));

    [Fact]
    public async Task What_a_mutator_before_set_stays_beside_it()
    {
        var (_, request) = await MutatorHost.RunAsync(MutatorHost.Make(new CookieMutatorKind(), User), before: one => one.Identity.Set("Cookie", "first=1"), headers: ("Cookie", "a=b"));

        Assert.Equal("user=alice; first=1", request.Identity.Find("Cookie"));
    }

    [Fact]
    public async Task Line_break_in_a_claim_becomes_no_header()
    {
        var mutator = MutatorHost.Make(new CookieMutatorKind(), "{ cookies: { name: '{{ print .Extra.name }}' } }");
        var (outcome, request) = await MutatorHost.RunAsync(mutator, Requests.Alice("""{ "name": "a\r\nX-Admin: true" }"""));

        Assert.True(outcome is MutationOutcome.Refused || !request.Identity.Find("Cookie")!.Any(char.IsControl));
    }

    [Theory]
    [InlineData("{}", "at least one cookie")]
    [InlineData("{ cookies: { 'a b': x } }", "cookie names")]
    [InlineData("{ cookies: { 'a=b': x } }", "cookie names")]
    [InlineData("{ cookies: { __Host-AuthProxy: x } }", "own cookies")]
    [InlineData("{ cookies: { a_b: x, A.b: y } }", "once")]
    [InlineData("{ cookies: { a: '{{ print' } }", "cannot be used")]
    public void Use_that_cannot_work_is_a_fault(string config, string fault) =>
        Assert.Contains(fault, MutatorHost.FaultsOf(new CookieMutatorKind(), config), StringComparison.Ordinal);

    private static async Task<string?> CookieAsync(string config, string client, RuleForm form = RuleForm.AuthProxy, string? name = null)
    {
        var subject = Requests.Alice(name is null ? "{}" : $$"""{ "name": "{{System.Text.Json.JsonEncodedText.Encode(name)}}" }""");
        var (outcome, request) = await MutatorHost.RunAsync(
            MutatorHost.Make(new CookieMutatorKind(), config, form), subject, headers: client.Length > 0 ? [("Cookie", client)] : []);
        Assert.IsType<MutationOutcome.Done>(outcome);
        return request.Identity.Find("Cookie");
    }
}
