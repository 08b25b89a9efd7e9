using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authentication.SessionChecks;
using AuthProxy.Proxy.Tests.Remotes;
using AuthProxy.Rules;
using AuthProxy.TestKit;
using static AuthProxy.Proxy.Tests.Remotes.ScriptedCaller;

namespace AuthProxy.Proxy.Tests.Authentication.SessionChecks;

public class CookieSessionAuthenticatorTests
{
    private const string Url = "check_session_url: https://sessions.example/whoami?x=1";

    private readonly FakeClock _clock = new();
    private readonly ScriptedCaller _caller = new("""{"subject":"u1","extra":{"role":"clerk"}}""");
    private readonly CookieSessionAuthenticatorKind _kind;

    public CookieSessionAuthenticatorTests() => _kind = new CookieSessionAuthenticatorKind(new SessionCheckFactory(_caller, _clock));

    [Fact]
    public async Task Good_session_is_the_services_subject_and_gives_no_session_of_ours()
    {
        var authenticator = Prepare();

        var accepted = Accepted(await AskAsync(authenticator));

        Assert.Equal(("https://sessions.example", "u1", "clerk"), (accepted.Subject.Issuer, accepted.Subject.Id, accepted.Subject.Claims.GetProperty("role").GetString()));
        Assert.False(authenticator.GivesSession);
        Assert.Null(accepted.Subject.Session);
    }

    [Fact]
    public async Task Session_cookie_is_consumed_in_rules_of_ours_unless_they_say_otherwise()
    {
        var ours = Accepted(await AskAsync(Prepare()));
        var forwarding = Accepted(await AskAsync(Prepare("forward_credentials: true")));
        var oathkeepers = Accepted(await AskAsync(Prepare(form: RuleForm.Oathkeeper)));

        Assert.Equal((ConsumedCredentials.Cookies, "s"), (ours.Consumed, ours.Cookies.Single()));
        Assert.Equal((ConsumedCredentials.Cookies, 0), (forwarding.Consumed, forwarding.Cookies.Count));
        Assert.Empty(oathkeepers.Cookies);
    }

    [Theory]
    [InlineData("GET", "/a/b?c=d", "", "https://sessions.example/a/b?x=1")]
    [InlineData("GET", "/a/b?c=d", "preserve_path: true", "https://sessions.example/whoami?x=1")]
    [InlineData("GET", "/a/b?c=d", "preserve_query: false", "https://sessions.example/a/b?c=d")]
    [InlineData("GET", "/a/b", "preserve_query: false", "https://sessions.example/a/b")]
    [InlineData("GET", "/a%41/b?c=%2e", "{ preserve_path: true, preserve_query: false }", "https://sessions.example/whoami?c=%2e")]
    [InlineData("GET", "/a%41/b", "preserve_path: false", "https://sessions.example/a%41/b?x=1")]
    public async Task Path_and_query_are_the_clients_or_the_configured_ones(string method, string target, string more, string asked)
    {
        var (context, request) = Requests.Create(method, target, headers: ("Cookie", "s=1"));

        await Prepare(more.Trim('{', '}', ' ')).AuthenticateAsync(context, request, CancellationToken.None);

        Assert.Equal(asked, _caller.Last.Address.OriginalString);
    }

    [Theory]
    [InlineData("GET", "", "GET"), InlineData("POST", "", "POST"), InlineData("HEAD", "", "GET"), InlineData("CONNECT", "", "GET"), InlineData("HEAD", "force_method: HEAD", "HEAD"), InlineData("POST", "force_method: get", "GET")]
    public async Task Session_check_of_a_HEAD_is_a_GET_so_that_there_is_a_subject_to_read(string method, string more, string asked)
    {
        var (context, request) = Requests.Create(method, headers: ("Cookie", "s=1"));

        Accepted(await Prepare(more).AuthenticateAsync(context, request, CancellationToken.None));

        Assert.Equal(asked, _caller.Last.Method.Method);
        Assert.Null(_caller.Last.Body);
    }

    [Fact]
    public async Task Fixed_headers_win_over_copied_ones_and_the_host_over_both()
    {
        await AskAsync(
            Prepare("forward_http_headers: [x-key, X-Trace], additional_headers: { X-Key: fixed, X-Forwarded-Host: set }, preserve_host: true"),
            ("Cookie", "s=1"), ("X-Key", "client"), ("X-Trace", "t1"), ("X-Trace", "t2"), ("X-Other", "no"));

        Assert.Equal(("fixed", "t1 | t2", "app.example.test", "s=1"),
            (HeaderOf(_caller.Last, "X-Key"), HeaderOf(_caller.Last, "X-Trace"), HeaderOf(_caller.Last, "X-Forwarded-Host"), HeaderOf(_caller.Last, "Cookie")));
        Assert.Null(HeaderOf(_caller.Last, "X-Other"));
    }

    [Fact]
    public async Task What_belongs_to_the_clients_connection_is_never_copied_and_oathkeepers_file_is_told()
    {
        var use = Requests.Use($"{{ {Url}, forward_http_headers: [Host, Connection, Content-Length, Transfer-Encoding, Accept-Encoding] }}", RuleForm.Oathkeeper);
        var (context, request) = Requests.Create(headers: [("Cookie", "s=1"), ("Host", "evil.example"), ("Connection", "Cookie"), ("Content-Length", "5"), ("Transfer-Encoding", "chunked"), ("Accept-Encoding", "gzip")]);

        await _kind.Prepare(use)!.AuthenticateAsync(context, request, CancellationToken.None);

        Assert.Equal("Cookie", Assert.Single(_caller.Last.Headers).Key);
        Assert.Contains("Host", use.Faults.Warnings.Single().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_the_request_came_here_is_our_word_and_not_the_clients()
    {
        await AskAsync(
            Prepare("forward_http_headers: [X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host, X-Forwarded-Prefix, Forwarded]"),
            ("Cookie", "s=1"), ("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-Proto", "http"), ("X-Forwarded-Host", "evil"), ("X-Forwarded-Prefix", "/admin"), ("Forwarded", "for=6.6.6.6"));

        Assert.Equal(("127.0.0.1", "https", "app.example.test"),
            (HeaderOf(_caller.Last, "X-Forwarded-For"), HeaderOf(_caller.Last, "X-Forwarded-Proto"), HeaderOf(_caller.Last, "X-Forwarded-Host")));
        Assert.Null(HeaderOf(_caller.Last, "X-Forwarded-Prefix") ?? HeaderOf(_caller.Last, "Forwarded"));
    }

    [Fact]
    public async Task Our_own_cookies_never_leave()
    {
        await AskAsync(Prepare("forward_http_headers: [cookie]"), ("Cookie", "__Host-authproxy=secret; s=1"));

        Assert.Equal("s=1", HeaderOf(_caller.Last, "Cookie"));
    }

    [Theory]
    [InlineData("only: []", "__Host-authproxy=secret"), InlineData("only: []", ""), InlineData("only: [a]", "s=1"), InlineData("only: [a]", "A=1; aa=1")]
    public async Task Request_without_the_cookie_is_somebody_elses(string only, string cookies)
    {
        Assert.IsType<AuthenticationOutcome.NotMine>(await AskAsync(Prepare(form: RuleForm.Oathkeeper, only: only), ("Cookie", cookies)));
        Assert.Empty(_caller.Asked);
    }

    [Fact]
    public async Task Two_cookies_of_one_name_are_ambiguous()
    {
        Assert.Equal(ProxyRefusals.CredentialsAmbiguous, Rejected(await AskAsync(Prepare(), ("Cookie", "s=1; s=2"))).Refusal);
        Assert.Equal(ProxyRefusals.CredentialsAmbiguous, Rejected(await AskAsync(Prepare(), ("Cookie", "s=1"), ("Cookie", "s=2"))).Refusal);
        Assert.Empty(_caller.Asked);
    }

    [Theory]
    [InlineData("<html>welcome</html>"), InlineData(""), InlineData("{}"), InlineData("""{"subject":""}"""), InlineData("""{"subject":null}"""), InlineData("""{"subject":"a","subject":"b"}"""), InlineData("[]")]
    public async Task Good_answer_that_names_nobody_is_refused_unless_the_rule_says_that_this_is_fine(string body)
    {
        _caller.Answer = _ => Ok(body);

        Assert.Equal(ProxyRefusals.CredentialsInvalid, Rejected(await AskAsync(Prepare())).Refusal);
        Assert.Equal("", Accepted(await AskAsync(Prepare("allow_empty_subject: true"))).Subject.Id);
    }

    [Fact]
    public async Task Escaped_half_of_a_character_is_no_subject()
    {
        _caller.Answer = _ => Ok("""{"subject":"\ud800"}""");

        Assert.Equal(ProxyRefusals.CredentialsInvalid, Rejected(await AskAsync(Prepare())).Refusal);
    }

    [Fact]
    public async Task Step_up_is_not_passed_by_what_a_session_service_adds_to_the_subject()
    {
        _caller.Answer = _ => Ok("""{"subject":"alice","extra":{"acr":"gold","auth_time":4102444800}}""");

        var subject = Accepted(await AskAsync(Prepare())).Subject;

        Assert.Equal("gold", subject.Claims.GetProperty("acr").GetString());
        Assert.Equal(default(AuthProxy.Rules.Requirements.AuthenticationFacts), Assert.NotNull(subject.Authentication));
    }

    [Fact]
    public async Task Reason_holds_nothing_of_the_cookie_or_of_the_answer()
    {
        _caller.Answer = _ => Ok("""{"subject":{"secret":"hunter2"}}""");

        Assert.DoesNotContain("hunter2", Rejected(await AskAsync(Prepare(), ("Cookie", "s=hunter2"))).Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("only: [s]", "check_session_url")]
    [InlineData("check_session_url: 'https://u:p@h.example/', only: [s]", "leave out user")]
    [InlineData("check_session_url: 'http://h.example/', only: [s]", "plain http")]
    [InlineData("check_session_url: 'https://h.example/'", "names no cookies")]
    [InlineData("check_session_url: 'https://h.example/', only: [__Host-authproxy]", "Proxy's own")]
    [InlineData("check_session_url: 'https://h.example/', only: [s], subject_from: 'a.#'", "GJSON")]
    [InlineData("check_session_url: 'https://h.example/', only: [s], force_method: CONNECT", "force_method")]
    [InlineData("check_session_url: 'https://h.example/', only: [s], additional_headers: { X-A: \"a\\r\\nX-B: c\" }", "printable")]
    [InlineData("check_session_url: 'https://h.example/', only: [s], additional_headers: { Host: a }", "Host")]
    [InlineData("check_session_url: 'https://h.example/', only: [s], forward_http_headers: [Host]", "never copied")]
    [InlineData("check_session_url: 'https://h.example/', only: [s], forward_headers: []", "not a known key")]
    public void Use_that_cannot_be_meant_is_a_fault(string config, string fault)
    {
        var use = Requests.Use($"{{ {config} }}");

        Assert.Null(_kind.Prepare(use));
        Assert.Contains(use.Faults, found => found.ToString().Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Oathkeepers_file_may_ask_over_plain_http_and_is_told()
    {
        var use = Requests.Use("{ check_session_url: 'http://sessions.test/' }", RuleForm.Oathkeeper);

        Assert.NotNull(_kind.Prepare(use));
        Assert.Contains("plain http", use.Faults.Warnings.Single().Message, StringComparison.Ordinal);
    }

    private static AuthenticationOutcome.Accepted Accepted(AuthenticationOutcome outcome) => Assert.IsType<AuthenticationOutcome.Accepted>(outcome);

    private static AuthenticationOutcome.Rejected Rejected(AuthenticationOutcome outcome) => Assert.IsType<AuthenticationOutcome.Rejected>(outcome);

    private IAuthenticator Prepare(string more = "", RuleForm form = RuleForm.AuthProxy, string only = "only: [s]")
    {
        var use = Requests.Use($"{{ {Url}, {only}{(more.Length > 0 ? ", " : "")}{more} }}", form);
        return _kind.Prepare(use) ?? throw new InvalidOperationException(string.Join('\n', use.Faults));
    }

    private static async Task<AuthenticationOutcome> AskAsync(IAuthenticator authenticator, params (string Name, string Value)[] headers)
    {
        var (context, request) = Requests.Create(headers: headers.Length > 0 ? headers : [("Cookie", "s=1")]);
        return await authenticator.AuthenticateAsync(context, request, CancellationToken.None);
    }
}
