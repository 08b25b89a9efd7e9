using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Matching;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Proxy.Tests.Authentication;

public class CrossOriginCheckTests
{
    [Theory]
    [InlineData("GET"), InlineData("HEAD"), InlineData("OPTIONS")]
    public void Safe_method_of_another_origin_passes(string method) =>
        Assert.Null(Objection(method, false, ("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")));

    [Theory]
    [InlineData("POST"), InlineData("PUT"), InlineData("PATCH"), InlineData("DELETE"), InlineData("TRACE"), InlineData("PURGE")]
    public void Unsafe_method_without_a_word_of_the_browser_is_refused(string method) => Assert.NotNull(Objection(method, false));

    [Theory]
    [InlineData("same-origin"), InlineData("none")]
    public void Request_of_our_own_page_or_of_the_user_passes(string site) => Assert.Null(Objection("POST", false, ("Sec-Fetch-Site", site)));

    [Theory]
    [InlineData("same-site"), InlineData("cross-site"), InlineData("SAME-ORIGIN"), InlineData("same-origin, cross-site")]
    public void Form_posted_from_another_origin_is_refused(string site) =>
        Assert.NotNull(Objection("POST", false, ("Sec-Fetch-Site", site), ("Origin", "https://app.example.test")));

    [Fact]
    public void Two_site_headers_are_refused() =>
        Assert.NotNull(Objection("POST", false, ("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "same-origin")));

    [Fact]
    public void Origin_decides_where_the_browser_sends_no_site() => Assert.Null(Objection("POST", false, ("Origin", "https://app.example.test")));

    [Theory]
    [InlineData("https://evil.example"), InlineData("http://app.example.test"), InlineData("https://app.example.test:8443"), InlineData("null"), InlineData("https://app.example.test.evil.example")]
    public void Other_origin_is_refused(string origin) => Assert.NotNull(Objection("POST", false, ("Origin", origin)));

    [Fact]
    public void WebSocket_upgrade_of_another_origin_is_refused_although_it_is_a_get() =>
        Assert.NotNull(Objection("GET", true, ("Origin", "https://evil.example")));

    [Fact]
    public void WebSocket_upgrade_of_our_own_page_passes() => Assert.Null(Objection("GET", true, ("Origin", "https://app.example.test")));

    [Theory]
    [InlineData(ConsumedCredentials.SessionCookie, "", false)]
    [InlineData(ConsumedCredentials.SessionCookie, "cross_origin: allow", true)]
    [InlineData(ConsumedCredentials.Cookies, "", false)]
    [InlineData(ConsumedCredentials.Cookies, "cross_origin: allow", true)]
    [InlineData(ConsumedCredentials.Authorization, "", true)]
    [InlineData(ConsumedCredentials.None, "", true)]
    public async Task Only_requests_that_the_cookie_let_in_are_asked_and_a_rule_may_allow_them(object consumed, string switchedOff, bool passes)
    {
        var (context, request) = Requests.Create("POST", headers: ("Sec-Fetch-Site", "cross-site"));
        request.Consumed = (ConsumedCredentials)consumed;
        var rule = Requests.Rule(more: switchedOff);
        var prepared = new PreparedRule(rule, [], [], null, [], [], null) { Revision = 1 };
        request.Match = new RuleMatch(PreparedRules.Empty, prepared, default);
        var passed = false;
        var refusals = new RecordedRefusals();

        await new CrossOriginMiddleware(Pass, refusals).InvokeAsync(context);

        Assert.Equal(passes, passed);
        Assert.Equal(passes ? null : ProxyRefusals.CrossOriginRefused, refusals.Last);

        Task Pass(HttpContext next)
        {
            passed = true;
            return Task.CompletedTask;
        }
    }

    private static string? Objection(string method, bool upgrade, params (string Name, string Value)[] headers) =>
        CrossOriginCheck.Objection(Requests.Create(method, upgrade: upgrade, headers: headers).Request.Received);
}
