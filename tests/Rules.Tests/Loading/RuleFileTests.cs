namespace AuthProxy.Rules.Tests.Loading;

public class RuleFileTests
{
    [Fact]
    public void Rule_takes_the_defaults_that_it_does_not_replace()
    {
        var load = RuleFiles("""
            version: authproxy/v1
            defaults:
              upstream: http://127.0.0.1:3000/base
              authenticators: [oidc, jwt]
              authorizers: [claims]
              mutators: [header, { handler: assertion, config: { audience: bank } }]
              errors: [login]
              cross_origin: allow
              websocket: deny
              encoded_slash: allow
            rules:
            - { id: plain, match: { path: /a } }
            - id: own
              description: what it is for
              match: { path: /b }
              authenticators: [anonymous]
              authorizers: [allow]
              mutators: [noop]
              errors: [json]
              upstream: { url: http://two.test, preserve_host: true, strip_path: api/v1/ }
              cross_origin: deny
              websocket: allow
              encoded_slash: refuse
            """);
        var (plain, own) = (load.Rules[0], load.Rules[1]);

        Assert.Empty(load.Faults);
        Assert.Equal(["oidc", "jwt"], plain.Authenticators.Select(use => use.Handler));
        Assert.Equal(("http://127.0.0.1:3000/base", false, null), (plain.Upstream!.Url!.OriginalString, plain.Upstream.PreserveHost, plain.Upstream.StripPath));
        Assert.Equal((true, false, true), (plain.AllowCrossOrigin, plain.AllowWebSocket, plain.AllowEncodedSlash));
        Assert.NotNull(plain.Mutators[1].Config);
        Assert.Equal(["anonymous"], own.Authenticators.Select(use => use.Handler));
        Assert.Equal("allow", Assert.Single(own.Authorizers).ToString());
        Assert.Equal(("noop", "json", "what it is for"), (own.Mutators[0].Handler, own.Errors[0].Handler, own.Description));
        Assert.Equal(("http://two.test", true, "/api/v1"), (own.Upstream!.Url!.OriginalString, own.Upstream.PreserveHost, own.Upstream.StripPath));
        Assert.Equal((false, true, false), (own.AllowCrossOrigin, own.AllowWebSocket, own.AllowEncodedSlash));
    }

    [Fact]
    public void Rule_without_a_word_is_closed_to_other_origins_and_open_to_websockets()
    {
        var rule = Loads.OurSet("- { id: r, match: { path: / } }").Rules[0];

        Assert.Equal((false, true, false), (rule.AllowCrossOrigin, rule.AllowWebSocket, rule.AllowEncodedSlash));
        Assert.Equal(("rules.yaml", 4), (rule.File, rule.Line));
    }

    [Fact]
    public void Grants_close_websockets_unless_the_rule_itself_opens_them()
    {
        const string Grants = "grants: { verify: [ { in: query, select: t } ] }";

        Assert.False(Loads.OurSet($"- {{ id: r, match: {{ path: / }}, {Grants} }}").Rules[0].AllowWebSocket);
        Assert.True(Loads.OurSet($"- {{ id: r, match: {{ path: / }}, websocket: allow, {Grants} }}").Rules[0].AllowWebSocket);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData(", body_limit: 64KiB", 65536L)]
    public void Grants_may_set_how_much_of_a_body_is_held(string written, long? limit) =>
        Assert.Equal(limit, Loads.OurSet($"- {{ id: r, match: {{ path: / }}, grants: {{ verify: [ {{ in: body, select: $.t }} ]{written} }} }}").Rules[0].Grants!.BodyLimit);

    [Fact]
    public void Tokenizer_upstream_gets_the_clients_host()
    {
        var upstream = Loads.OurSet("- { id: r, match: { path: / }, upstream: tokenizer }").Rules[0].Upstream!;

        Assert.Equal((true, true, null), (upstream.IsTokenizer, upstream.PreserveHost, upstream.Url));
    }

    [Fact]
    public void Handler_knows_where_it_was_written()
    {
        var rule = Loads.OurSet("- { id: r, match: { path: / }, authenticators: [oidc, { handler: jwt, config: { a: 1 } }] }").Rules[0];

        Assert.Equal("rule 'r': authenticators[1]", rule.Authenticators[1].Key);
        Assert.Equal(4, rule.Authenticators[1].Line);
        Assert.Equal("rule 'r': defaults.authenticators[0]", Loads.OurSet("- { id: r, match: { path: / } }").Rules[0].Authenticators[0].Key);
    }

    [Theory]
    [InlineData("match: { path: /a }, authenticator: [oidc]", "authenticator is not a known key; did you mean authenticators?")]
    [InlineData("match: { path: /a }, authenticators: []", "authenticators is empty; name at least one, such as oidc or anonymous")]
    [InlineData("match: { path: /a }, authenticators: [{ config: {} }]", "authenticators[0].handler is missing")]
    [InlineData("match: { path: /a }, authenticators: ['']", "authenticators[0] names no handler")]
    [InlineData("match: { path: /a }, authenticators: [{ handler: oidc, any_of: [jwt] }]", "authenticators[0].any_of is not supported: only authorizers have alternatives")]
    [InlineData("match: { path: /a }, mutators: [{ handler: noop, not: noop }]", "mutators[0].not is not supported: only authorizers can be negated")]
    [InlineData("match: { path: /a }, authorizers: [{ handler: x, not: y }]", "authorizers[0] must hold exactly one of handler, all_of, any_of and not")]
    [InlineData("match: { path: /a }, authorizers: [{ config: {} }]", "authorizers[0] must hold exactly one of handler, all_of, any_of and not")]
    [InlineData("match: { path: /a }, authorizers: [{ not: y, config: {} }]", "authorizers[0] has a config without its handler")]
    [InlineData("match: { path: /a }, authorizers: [{ any_of: [] }]", "authorizers[0].any_of is empty; name at least one")]
    [InlineData("match: { path: /a }, authorizers: [{ any_of: [a, { all_of: [ { nto: b } ] }] }]", "authorizers[0].any_of[1].all_of[0].nto is not a known key")]
    [InlineData("match: { path: /a }, authorizers: [{ not: [a] }]", "authorizers[0].not is a list")]
    [InlineData("match: { path: /a }, authorizers: ['']", "authorizers[0] names no handler")]
    [InlineData("match: { path: /a }, timeouts: { decision: 1ms }", "timeouts.decision is 1ms; at least 10ms")]
    [InlineData("match: { path: /a }, timeouts: { response: 2h }", "timeouts.response is 2h; at most 1h")]
    [InlineData("match: { path: /a }, timeouts: { activity: 0 }", "timeouts.activity is 0s; at least 1s")]
    [InlineData("match: { path: /a }, rate_limit: []", "rate_limit is empty; name at least one limit, or write none")]
    [InlineData("match: { path: /a }, rate_limit: { per: 1m }", "rate_limit.requests is missing")]
    [InlineData("match: { path: /a }, rate_limit: { requests: 0 }", "rate_limit.requests is 0; at least 1")]
    [InlineData("match: { path: /a }, rate_limit: { requests: 1, by: ip }", "rate_limit.by is ip; write one of address, subject, session, rule")]
    [InlineData("match: { path: /a }, rate_limit: [ { requests: 1 }, { requests: 1, per: 60s } ]", "rate_limit holds the same limit twice")]
    [InlineData("match: { path: /a }, rate_limit: off", "rate_limit is off; write one of none")]
    [InlineData("match: { path: /a }, cors: {}", "cors.allowed_origins is empty; name at least one origin")]
    [InlineData("match: { path: /a }, cors: { allowed_origins: ['*'], allow_credentials: true }", "cors allows any origin to send cookies and read the answers")]
    [InlineData("match: { path: /a }, cors: { allowed_origins: [app.example.com] }", "cors allows the origin 'app.example.com', which is no origin")]
    [InlineData("match: { path: /a }, cors: { allowed_origins: ['https://a.test'], allowed_headers: ['a b'] }", "cors names 'a b', which is no method or header")]
    [InlineData("match: { path: /a }, cors: { allowed_origins: ['https://a.test'], max_age: -1 }", "cors.max_age is -1; at least 0")]
    [InlineData("match: { path: /a }, maintenance: { status: 200 }", "maintenance.status is 200; at least 500")]
    [InlineData("match: { path: /a }, maintenance: { message: '' }", "maintenance.message is")]
    [InlineData("match: { path: /a }, maintenance: { except: { networks: [10.0.0.1/8] } }", "maintenance.except.networks[0] is 10.0.0.1/8")]
    [InlineData("match: { path: /a }, maintenance: on", "maintenance is on; write one of none")]
    [InlineData("match: { path: /a }, max_body: 0", "max_body is 0; at least 1")]
    [InlineData("match: { path: a }", "match.path must begin with a slash")]
    [InlineData("match: { pth: /a }", "match.pth is not a known key")]
    [InlineData("match: { path: /a, methods: [] }", "match.methods is empty and would match nothing")]
    [InlineData("match: { path: /a, methods: ['G T'] }", "match.methods holds 'G T', which is no method")]
    [InlineData("match: { path: /a, host: 'a.test:80' }", "match.host must not name a port")]
    [InlineData("description: x", "match is missing")]
    [InlineData("match: { path: /a }, upstream: somewhere", "upstream is no upstream")]
    [InlineData("match: { path: /a }, upstream: 'ftp://a.test'", "upstream is no upstream")]
    [InlineData("match: { path: /a }, upstream: 'http://u:p@a.test'", "upstream holds user information")]
    [InlineData("match: { path: /a }, upstream: { url: 'http://a.test?x' }", "upstream.url holds user information, a query or a fragment")]
    [InlineData("match: { path: /a }, cross_origin: maybe", "cross_origin is maybe; write one of deny, allow")]
    [InlineData("match: { path: /a }, websocket: yes", "websocket is")]
    [InlineData("match: { path: /a }, encoded_slash: deny", "encoded_slash is")]
    [InlineData("match: { path: /a }, require: {}", "require is empty; name at least one claim")]
    [InlineData("match: { path: /a }, require: { groups: {} }", "require.groups asks nothing; write any, all, none or equals")]
    [InlineData("match: { path: /a }, require: { groups: { any: [] } }", "require.groups.any is empty; name at least one value")]
    [InlineData("match: { path: /a }, require: { groups: { some: [a] } }", "require.groups.some is not a known key")]
    [InlineData("match: { path: /a }, require: { groups: [a] }", "require.groups is a list")]
    [InlineData("match: { path: /a }, grants: {}", "grants.verify is empty; name at least one place")]
    [InlineData("match: { path: /a }, grants: { verify: [ { in: cookie, select: x } ] }", "grants.verify[0].in is")]
    [InlineData("match: { path: /a }, grants: { verify: [ { in: body, select: x } ] }", "grants.verify[0].select must begin with '$'")]
    [InlineData("match: { path: /a }, grants: { verify: [ { in: header, select: 'a b' } ] }", "grants.verify[0].select is no header name")]
    [InlineData("match: { path: /a }, grants: { verify: [ { in: path, select: id } ] }", "grants selects the path's 'id', which match.path does not capture")]
    [InlineData("match: { path: /a }, grants: { verify: [ { in: query, select: t } ], create: [] }", "grants.create is not supported: granting tokens of responses is not available in this version")]
    [InlineData("match: { path: /a }, grants: { verify: [ { in: query, select: t } ], bind: x }", "grants.bind is not supported: binding tokens to records is not available in this version")]
    [InlineData("match: { path: /a }, grants: { verify: [ { in: query, select: t } ], unlisted_tokens: deny }", "grants.unlisted_tokens is not supported: watching for tokens elsewhere is not available in this version")]
    [InlineData("match: { path: /a }, authenticators: [anonymous], grants: { verify: [ { in: query, select: t } ] }", "grants needs a session")]
    [InlineData("match: { path: /a }, authenticators: [noop, anonymous], grants: { verify: [ { in: query, select: t } ] }", "grants needs a session")]
    [InlineData("match: { path: /a }, tests: [ { request: { path: / }, expect: {} } ]", "tests[0].expect asks nothing")]
    [InlineData("match: { path: /a }, tests: [ { request: { path: /, as: alice }, expect: { status: 404 } } ]", "tests[0].request.as is a single value")]
    public void Fault_names_file_line_rule_and_key(string rule, string fault)
    {
        var faults = Loads.Faults(Loads.Ours($"- {{ id: r, {rule} }}"));

        Assert.Contains(faults, found => found.StartsWith($"rules.yaml:4: rule 'r': {fault}", StringComparison.Ordinal));
    }

    [Fact]
    public void All_faults_come_at_once_each_with_its_own_line()
    {
        var faults = Loads.Faults(Loads.Ours("""
            - id: one
              match: { path: a }
              cross_origin: x
            - match: { path: /b }
            - id: three
              match: { path: /c }
              grants: { verify: [] }
            """));

        Assert.Equal(4, faults.Length);
        Assert.StartsWith("rules.yaml:5: rule 'one': match.path", faults[0], StringComparison.Ordinal);
        Assert.StartsWith("rules.yaml:6: rule 'one': cross_origin", faults[1], StringComparison.Ordinal);
        Assert.StartsWith("rules.yaml:7: rule 2: id is missing", faults[2], StringComparison.Ordinal);
        Assert.StartsWith("rules.yaml:10: rule 'three': grants.verify is empty", faults[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Rule_without_authenticators_or_upstream_anywhere_is_a_fault()
    {
        var faults = Loads.Faults(RuleFiles("version: authproxy/v1\nrules:\n- { id: r, match: { path: / } }"));

        Assert.Equal(
            ["rules.yaml:3: rule 'r' has no authenticators; name some here or under defaults", "rules.yaml:3: rule 'r' has no upstream; name one here or under defaults"],
            faults);
    }

    [Fact]
    public void Unknown_key_anywhere_is_a_fault()
    {
        var faults = Loads.Faults(RuleFiles("version: authproxy/v1\nrule: []\ndefaults: { upstreams: x }\nrules: [ { id: r, match: { path: / }, upstream: tokenizer, authenticators: [oidc] } ]"));

        Assert.Equal(2, faults.Length);
    }

    private static AuthProxy.Rules.Loading.RuleLoad RuleFiles(string text) => AuthProxy.Rules.Loading.RuleFileReader.LoadText(text, "rules.yaml");
}
