using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Observability;
using AuthProxy.Proxy.Rehearsal;

namespace AuthProxy.Proxy.Tests.Rehearsal;

public sealed class RuleRehearsalTests : IDisposable
{
    private const string Token = "lunasec-5c1b9d0e-3f4a-4b6c-8d7e-9f0a1b2c3d4e";

    private readonly RuleHouse _house = new();

    public void Dispose() => _house.Dispose();

    [Theory]
    [InlineData("request: { path: /admin/x, as: {} }, expect: { rule: admin }")]
    [InlineData("request: { path: /x, as: {} }, expect: { rule: app }")]
    [InlineData("request: { url: 'https://a.test/x?a=1', as: {} }, expect: { rule: app, status: 200 }")]
    [InlineData("request: { path: /admin, method: PUT, as: { groups: [admins] } }, expect: { status: 200 }")]
    [InlineData("request: { path: /admin, as: { subject: bob, groups: [clerks] } }, expect: { status: 403 }")]
    [InlineData("request: { path: /admin, as: { groups: [clerks] } }, expect: { status: 403, reason: requirement-not-met, rule: admin }")]
    [InlineData("request: { path: /admin, as: { claims: { groups: [admins] } } }, expect: { status: 200 }")]
    [InlineData("request: { path: /admin }, expect: { status: 401, reason: credentials-missing }")]
    [InlineData("request: { path: /admin, headers: { Accept: text/html } }, expect: { status: 302, reason: credentials-missing, location: /.authproxy/login }")]
    [InlineData("request: { path: /admin, host: other.test }, expect: { status: 421, reason: host-unknown }")]
    [InlineData("request: { path: /elsewhere, host: vault.a.test }, expect: { status: 404, reason: rule-missing }")]
    [InlineData("request: { path: /admin/../x }, expect: { status: 400, reason: target-malformed }")]
    [InlineData("request: { path: '/x?a=1', headers: { X-A: b }, body: { a: [1] }, as: {} }, expect: { status: 200, rule: app, headers: { X-A: b, Content-Type: application/json } }")]
    [InlineData("request: { path: /x, as: { subject: bob }, headers: { x_auth_subject: alice } }, expect: { rule: app, headers: { X-Auth-Subject: bob, x_auth_subject: null } }")]
    [InlineData("request: { path: /x, as: { sid: s1 } }, expect: { rule: app, headers: { X-Auth-Session: s1 } }")]
    [InlineData("request: { path: /admin, method: POST, as: { groups: [admins] }, headers: { Origin: 'https://evil.test' } }, expect: { status: 403, reason: cross-origin-refused }")]
    [InlineData("request: { path: /admin, method: POST, as: { groups: [admins] }, headers: { Origin: 'https://a.test' } }, expect: { status: 200 }")]
    [InlineData("request: { path: /elsewhere, as: {} }, expect: { rule: elsewhere, status: 302, reason: access-denied, location: 'https://help.example/' }")]
    public void Passing_test_lets_the_rules_into_force(string test)
    {
        var loaded = Load(test);

        Assert.Empty(loaded.Faults);
        Assert.NotNull(loaded.Rules);
    }

    [Theory]
    [InlineData("request: { path: /x, as: {} }, expect: { headers: { Authorization: Bearer rehearsed-access-token } }")]
    [InlineData("request: { path: /x, as: {}, headers: { Authorization: Bearer mine } }, expect: { headers: { Authorization: Bearer rehearsed-access-token } }")]
    public void Rule_that_passes_on_the_providers_token_can_be_tested_without_a_provider(string test)
    {
        var loaded = _house.Load($"- {{ id: app, match: {{ path: /** }}, mutators: [access_token], tests: [ {{ {test} }} ] }}");

        Assert.Empty(loaded.Faults);
        Assert.NotNull(loaded.Rules);
    }

    [Theory]
    [InlineData("request: { path: /x, as: {} }, expect: { rule: admin }", "expects rule 'admin', and rule 'app' decides the request")]
    [InlineData("request: { path: /x, as: {} }, expect: { status: 200 }", "expects rule 'admin', and rule 'app' decides the request")]
    [InlineData("request: { path: /admin, as: { groups: [clerks] } }, expect: { status: 200 }",
        "expects 200, and the answer is 403 requirement-not-met (match admin, authenticate oidc, authorize require: claim 'groups': the claim holds none of the values in 'any')")]
    [InlineData("request: { path: /admin, as: { groups: [admins] } }, expect: { status: 403 }", "expects 403, and the answer is 200 (")]
    [InlineData("request: { path: /admin, as: { groups: [clerks] } }, expect: { status: 403, reason: grant-missing }", "expects 403 grant-missing, and the answer is 403 requirement-not-met (")]
    [InlineData("request: { path: /admin, host: other.test }, expect: { rule: admin }", "expects rule 'admin', and no rule decides the request: 421 host-unknown")]
    [InlineData("request: { path: /admin }, expect: { status: 404 }", "expects 404, and the answer is 401 credentials-missing (")]
    [InlineData("request: { path: /admin/../x }, expect: { status: 404 }", "expects 404, and the answer is 400 target-malformed (DotSegment: the path holds a dot segment)")]
    [InlineData("request: { path: /admin }, expect: { headers: { X-User: null } }", "expects headers of the upstream's request, and there is none: 401 credentials-missing (")]
    [InlineData("request: { path: /admin, as: { groups: [admins] } }, expect: { headers: { X-User: bob } }", "expects header X-User 'bob', and it is not sent")]
    [InlineData("request: { path: /admin, as: { groups: [admins] }, headers: { X-Debug: 1 } }, expect: { headers: { X-Debug: null } }", "expects header X-Debug not sent, and it is '1'")]
    [InlineData("request: { path: /admin, as: { groups: [admins] } }, expect: { location: / }", "expects that the client is sent to /, and the answer is 200 (")]
    [InlineData("request: { path: /admin, headers: { Accept: text/html } }, expect: { location: /home }", "expects that the client is sent to /home, and it is sent to /.authproxy/login")]
    public void Failing_test_keeps_the_rules_out_of_force(string test, string fault)
    {
        var loaded = Load(test);

        Assert.Null(loaded.Rules);
        var told = Assert.Single(loaded.Faults);
        Assert.StartsWith(fault, told.Message, StringComparison.Ordinal);
        Assert.Equal(("rule 'admin': tests[0]", RuleHouse.FirstLine), (told.Key, told.Line));
    }

    [Theory]
    [InlineData("request: { path: /admin }, expect: {}", "asks nothing")]
    [InlineData("request: {}, expect: { status: 200 }", "names no path")]
    [InlineData("request: { path: /, url: 'https://a.test/' }, expect: { status: 200 }", "write one of both")]
    [InlineData("request: { url: 'ftp://a.test/' }, expect: { status: 200 }", "no http address")]
    [InlineData("request: { path: /, headers: { 'X A': b } }, expect: { status: 200 }", "names and values that can be sent")]
    [InlineData("request: { path: /, headers: { X-A: \"b\\r\\nX-Auth-Subject: alice\" } }, expect: { status: 200 }", "names and values that can be sent")]
    [InlineData("request: { path: / }, expect: { headers: { X-A: b, x-a: c } }", "twice in different case")]
    [InlineData("request: { path: / }, expect: { stauts: 200 }", "is not a known key")]
    [InlineData("request: { path: /, as: { guest: true, groups: [admins] } }, expect: { status: 200 }", "names 'groups' of a guest")]
    [InlineData("request: { path: /, as: { guest: true, auth_age: 1m } }, expect: { status: 200 }", "names 'auth_age' of a guest")]
    [InlineData("request: { path: /, as: { guest: false } }, expect: { status: 200 }", "is something else than true")]
    [InlineData("request: { path: /, as: { guest: yes } }, expect: { status: 200 }", "is something else than true")]
    public void Test_that_could_not_fail_or_not_be_sent_is_a_fault(string test, string fault) =>
        Assert.Contains(fault, string.Join('\n', Load(test).Faults), StringComparison.Ordinal);

    [Fact]
    public void Test_of_a_rule_for_many_hosts_must_name_one() =>
        Assert.Contains("names no host", Assert.Single(
            _house.Load("- { id: r, match: { host: '*.a.test', path: / }, tests: [ { request: { path: / }, expect: { rule: r } } ] }").Faults).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("shop", "as: { guest: true }", "status: 200, headers: { X-Auth-Guest: 'true', X-Auth-Subject: guest-somebody }")]
    [InlineData("shop", "as: { guest: true, subject: guest-7, sid: s1 }", "status: 200, headers: { X-Auth-Guest: 'true', X-Auth-Subject: guest-7, X-Auth-Session: s1 }")]
    [InlineData("shop", "as: { subject: bob }", "status: 200, headers: { X-Auth-Guest: null, X-Auth-Subject: bob }")]
    [InlineData("checkout", "as: { guest: true }", "status: 401, reason: credentials-missing")]
    [InlineData("checkout", "as: { guest: true }, headers: { Accept: text/html }", "status: 302, reason: credentials-missing, location: /.authproxy/login")]
    [InlineData("checkout", "as: { subject: bob }", "status: 200, headers: { X-Auth-Guest: null, X-Auth-Subject: bob }")]
    [InlineData("members", "as: { guest: true }", "status: 403, reason: requirement-not-met")]
    public void Guest_is_let_in_where_the_rule_lets_guests_in_and_nowhere_else(string rule, string request, string expected)
    {
        string Test(string id) => id == rule ? $"tests: [ {{ request: {{ path: /{id}, {request} }}, expect: {{ {expected} }} }} ]" : "tests: []";

        var loaded = _house.Load(
            $$$"""
            - id: shop
              match: { path: /shop }
              authenticators: [ { handler: oidc, config: { guest: true } } ]
              mutators: [assertion]
              {{{Test("shop")}}}
            - { id: checkout, match: { path: /checkout }, authenticators: [oidc], mutators: [assertion], {{{Test("checkout")}}} }
            - id: members
              match: { path: /members }
              authenticators: [ { handler: oidc, config: { guest: true } } ]
              require: { groups: { any: [members] } }
              {{{Test("members")}}}
            """);

        Assert.Empty(loaded.Faults);
        Assert.NotNull(loaded.Rules);
    }

    [Fact]
    public void Grants_of_the_test_are_all_that_the_session_holds()
    {
        var request = $"request: {{ path: '/ssn?t={Token}', as: {{ subject: bob }} }}";
        var rule = "- { id: ssn, match: { path: /ssn }, grants: { verify: [ { in: query, select: t } ] }, tests: [ { "
            + $"{request}, grants: [{Token}], expect: {{ status: 200 }} }}, {{ {request}, expect: {{ status: 403, reason: grant-missing }} }} ] }}";

        Assert.Empty(_house.Load(rule, "tokenizer: { enabled: true, services_url: 'http://127.0.0.1:1', application: app }").Faults);
    }

    [Theory]
    [InlineData("[anonymous, jwt]", "alice", "")]
    [InlineData("[jwt, anonymous]", "alice", "")]
    [InlineData("[anonymous, oidc]", "anonymous", "whoever has only a cookie shows it nothing that makes it look further")]
    [InlineData("[noop, oidc]", "", "noop accepts whoever asks")]
    public void Whom_a_test_names_is_whom_the_rule_would_find(string authenticators, string subject, string because)
    {
        var loaded = _house.Load(
            $$$"""
            - id: r
              match: { path: /** }
              authenticators: {{{authenticators}}}
              mutators: [ { handler: header, config: { headers: { X-User: "{{ print .Subject }}" } } } ]
              tests: [ { request: { path: / , as: { subject: alice } }, expect: { status: 200, headers: { X-User: "{{{subject}}}" } } } ]
            """,
            """
            authenticators:
              oidc: { config: { issuer: 'http://127.0.0.1:4480', client_id: c } }
              jwt: { config: { jwks_urls: ['http://127.0.0.1:1/keys'], trusted_issuers: ['https://i.test'], target_audience: [a] } }
            """);

        Assert.True(loaded.Faults.Count == 0, string.Join('\n', loaded.Faults) + because);
    }

    [Fact]
    public void Rule_for_nobody_lets_nobody_in_whoever_a_test_names() =>
        Assert.Empty(_house.Load("- { id: r, match: { path: / }, authenticators: [unauthorized], tests: [ { request: { path: /, as: { subject: alice } }, expect: { status: 401, reason: credentials-invalid } } ] }").Faults);

    [Fact]
    public void Refusal_of_a_grpc_call_does_not_look_like_a_yes() =>
        Assert.StartsWith("expects 200, and the answer is 401", Assert.Single(
            Load("request: { method: POST, path: /admin, headers: { Content-Type: application/grpc } }, expect: { status: 200 }").Faults).Message, StringComparison.Ordinal);

    [Fact]
    public void Oathkeepers_rules_carry_tests_too()
    {
        const string Rule = """
            - id: api
              match: { url: "http://my.app/api/<.*>", methods: [GET] }
              authenticators: [ { handler: anonymous } ]
              authorizer: { handler: allow }
              mutators: [ { handler: header, config: { headers: { X-User: "{{ print .Subject }}" } } } ]
              upstream: { url: "http://127.0.0.1:3000" }
              tests:
                - { request: { url: "http://my.app/api/1" }, expect: { status: 200, headers: { X-User: anonymous } } }
                - { request: { url: "http://my.app//api/./1" }, expect: { status: 200 } }
                - { request: { url: "http://my.app/other" }, expect: { status: 404 } }
            """;
        const string OnAnyHost = "serve: { proxy: { port: 4455 } }";

        var loaded = _house.LoadFile(Rule, OnAnyHost);
        Assert.Empty(loaded.Faults);
        Assert.DoesNotContain(loaded.Warnings, warning => warning.Key.Contains("tests", StringComparison.Ordinal));

        var failing = _house.LoadFile(Rule.Replace("X-User: anonymous", "X-User: alice", StringComparison.Ordinal), OnAnyHost);
        Assert.Equal("rule 'api': tests[0]", Assert.Single(failing.Faults).Key);
        Assert.Null(failing.Rules);
    }

    [Fact]
    public void Tests_in_a_file_beside_the_rules_hold_them_too()
    {
        _house.Write("rules/rules.tests.yaml", "tests: [ { name: closed, request: { path: / }, expect: { status: 200 } }, { request: { path: /, as: {} }, expect: { rule: app } } ]");

        var loaded = _house.Load("- { id: app, match: { path: /** } }");

        var fault = Assert.Single(loaded.Faults);
        Assert.Null(loaded.Rules);
        Assert.EndsWith("rules.tests.yaml", fault.File, StringComparison.Ordinal);
        Assert.Equal("tests[0] 'closed'", fault.Key);
    }

    [Fact]
    public void Question_without_an_answer_fails_the_test_and_names_the_address_without_its_query()
    {
        var fault = Assert.Single(LoadCheck("{ request: { path: /, as: {} }, expect: { status: 503, reason: check-unavailable } }").Faults).Message;

        Assert.Contains("asks POST https://check.example/allow, and nobody is asked", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void What_one_test_answers_does_not_answer_for_another()
    {
        var loaded = LoadCheck(
            """
            { request: { path: /, as: {} }, answers: [ { url: "https://check.example/allow" } ], expect: { status: 200 } },
            { request: { path: /, as: {} }, answers: [ { url: "https://check.example/allow?key=hidden", method: POST, status: 403 } ], expect: { status: 403, reason: access-denied } },
            { request: { path: /, as: {} }, expect: { status: 200 } }
            """);

        Assert.Equal("rule 'r': tests[2]", Assert.Single(loaded.Faults).Key);
    }

    [Theory]
    [InlineData("https://check.example/other"), InlineData("http://check.example/allow"), InlineData("https://check.example/allow?key=guessed")]
    public void Answer_for_another_address_is_none(string url) =>
        Assert.Contains("asks POST", Assert.Single(LoadCheck($"{{ request: {{ path: /, as: {{}} }}, answers: [ {{ url: '{url}' }} ], expect: {{ status: 200 }} }}").Faults).Message, StringComparison.Ordinal);

    [Fact]
    public void Answer_that_nobody_asked_for_is_worth_a_warning()
    {
        var loaded = LoadCheck("{ request: { path: / }, answers: [ { url: 'https://check.example/allow' } ], expect: { status: 401 } }");

        Assert.NotNull(loaded.Rules);
        Assert.Contains(loaded.Warnings, warning => warning.ToString().Contains("tests[0] has an answer of https://check.example/allow that nobody asked for", StringComparison.Ordinal));
    }

    [Fact]
    public void Nobody_is_asked_over_the_network()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var somebody = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        var jwt = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl";

        var loaded = _house.Load(
            $$"""
            - { id: app, match: { path: /** }, upstream: "{{somebody}}", mutators: [assertion], tests: [ { request: { path: /, as: {} }, expect: { status: 200 } }, { request: { path: /, headers: { Accept: text/html } }, expect: { status: 302 } } ] }
            - { id: ssn, match: { path: /ssn }, upstream: tokenizer, grants: { verify: [ { in: query, select: t } ] }, tests: [ { request: { path: "/ssn?t={{Token}}", as: {} }, expect: { status: 403 } } ] }
            - { id: api, match: { path: /api }, authenticators: [jwt], upstream: "{{somebody}}", tests: [ { request: { path: /api, headers: { Authorization: Bearer {{jwt}} } }, expect: { status: 503 } } ] }
            """,
            $$"""
            authenticators:
              oidc: { config: { issuer: "{{somebody}}", client_id: c } }
              jwt: { config: { jwks_urls: ["{{somebody}}/keys?secret=1"], trusted_issuers: ["{{somebody}}"], target_audience: [a] } }
            tokenizer: { enabled: true, services_url: "{{somebody}}", users_url: "http://127.0.0.1:1", application: app, vaults: [ { host: "vault.a.test", application: app } ] }
            """);

        var fault = Assert.Single(loaded.Faults);
        Assert.Equal("rule 'api': tests[0]", fault.Key);
        Assert.Contains($"asks the keys at {somebody}/keys, and nobody is asked", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(jwt, fault.Message, StringComparison.Ordinal);
        Assert.False(listener.Pending());
    }

    [Fact]
    public void Signed_identity_and_credentials_are_not_in_a_fault()
    {
        var loaded = _house.Load(
            """
            - { id: r, match: { path: / }, mutators: [assertion], tests: [ { request: { path: /, as: {} }, expect: { headers: { X-Auth-Assertion: none } } } ] }
            - { id: open, match: { path: /open }, authenticators: [noop], tests: [ { request: { path: /open, headers: { Cookie: session=hidden } }, expect: { headers: { Cookie: a=b } } } ] }
            """);

        Assert.Equal(2, loaded.Faults.Count);
        Assert.All(loaded.Faults, fault => Assert.Contains("it is '[redacted]'", fault.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Refusals_of_a_rehearsal_are_not_counted_among_the_proxys()
    {
        var counted = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument is { Name: "authproxy.refusals", Meter.Name: ProxyMetrics.MeterName })
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => counted += tags.ToArray().Contains(new("reason", "upgrade-refused")) ? count : 0);
        listener.Start();

        Assert.Empty(_house.Load("- { id: r, match: { path: / }, websocket: deny, cross_origin: allow, tests: [ { request: { path: /, as: {}, headers: { Connection: Upgrade, Upgrade: websocket } }, expect: { status: 403, reason: upgrade-refused } } ] }").Faults);

        Assert.Equal(0, counted);
    }

    [Fact]
    public void Thousand_tests_of_a_thousand_rules_run_in_one_go() =>
        Assert.Empty(_house.Load(string.Concat(Enumerable.Range(0, 1000).Select(number =>
            $"- {{ id: r{number}, match: {{ path: /r{number} }}, tests: [ {{ request: {{ path: /r{number}, as: {{}} }}, expect: {{ status: 200 }} }} ] }}\n"))).Faults);

    [Fact]
    public void Tests_that_take_too_long_keep_the_rules_out_of_force()
    {
        var loaded = _house.Load(
            "- { id: r, match: { path: / }, tests: [ { request: { path: /, as: {} }, expect: { status: 200 } }, { request: { path: /, as: {} }, expect: { status: 200 } } ] }",
            time: new HastyClock());

        Assert.Null(loaded.Rules);
        Assert.Contains("was not done when the 30 s for all tests were over; 0 of 2 had run", Assert.Single(loaded.Faults).Message, StringComparison.Ordinal);
    }

    private LoadedRules Load(string test) => _house.Load(
        $$$"""
        - { id: admin, match: { host: a.test, path: /admin/** }, require: { groups: { any: [admins] } }, tests: [ { {{{test}}} } ] }
        - { id: app, match: { host: a.test, path: /** }, mutators: [ { handler: assertion, config: {} } ] }
        - { id: elsewhere, match: { host: a.test, path: /elsewhere }, authorizers: [deny], errors: [ { handler: redirect, config: { to: "https://help.example/" } } ] }
        """);

    private LoadedRules LoadCheck(string tests) =>
        _house.Load($"- {{ id: r, match: {{ path: / }}, authorizers: [check], tests: [ {tests} ] }}", replace: CheckAuthorizerKind.Add);

    /// <summary>All time for the tests is over at once.</summary>
    private sealed class HastyClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == RuleRehearsal.Longest)
            {
                callback(state);
            }

            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
