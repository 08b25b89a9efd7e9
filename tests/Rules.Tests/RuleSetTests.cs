namespace AuthProxy.Rules.Tests;

public class RuleSetTests
{
    [Theory]
    [InlineData("/", "app")]
    [InlineData("/other", "app")]
    [InlineData("/admin", "admin")]
    [InlineData("/admin/", "admin")]
    [InlineData("/admin/x/y", "admin")]
    [InlineData("/administrator", "app")]
    [InlineData("/healthz", "health")]
    [InlineData("/healthz/x", "app")]
    [InlineData("/users/7", "user")]
    [InlineData("/users/me", "me")]
    [InlineData("/users/me/x", "app")]
    [InlineData("/users/7/keys", "keys")]
    [InlineData("/users", "app")]
    public void Most_specific_path_wins(string path, string rule) => Assert.Equal(rule, Paths.Answer("GET", "https://any.test" + path));

    private static readonly RuleSet Paths = Loads.OurSet(
        """
        - { id: app, match: { path: /** } }
        - { id: admin, match: { path: /admin/** } }
        - { id: health, match: { path: /healthz } }
        - { id: user, match: { path: "/users/{id}" } }
        - { id: me, match: { path: /users/me } }
        - { id: keys, match: { path: "/users/*/keys" } }
        """);

    [Theory]
    [InlineData("GET", "exact.test", "exact")]
    [InlineData("GET", "EXACT.test", "exact")]
    [InlineData("GET", "exact.test:8443", "exact")]
    [InlineData("GET", "exact.test.", "exact")]
    [InlineData("GET", "a.exact.test", "below")]
    [InlineData("GET", "a.b.exact.test", "below")]
    [InlineData("GET", "x.deep.exact.test", "deep")]
    [InlineData("GET", "evil-exact.test", "any")]
    [InlineData("GET", "other.test", "any")]
    [InlineData("GET", "", "any")]
    [InlineData("GET", ".exact.test", "any")]
    public void Most_specific_host_wins(string method, string host, string rule)
    {
        var rules = Loads.OurSet(
            """
            - { id: any, match: { path: /** } }
            - { id: exact, match: { host: Exact.test, path: /** } }
            - { id: below, match: { host: "*.exact.test", path: /** } }
            - { id: deep, match: { host: "*.deep.exact.test", path: /** } }
            """);

        Assert.Equal(rule, rules.Find(new RequestFacts(method, "https", host, Requests.Target("/x"))) is RuleLookup.One one ? one.Rule.Id : "-");
    }

    [Fact]
    public void Less_specific_host_is_asked_where_the_more_specific_one_has_no_rule_for_the_path()
    {
        var rules = Loads.OurSet(
            """
            - { id: any, match: { path: /shared } }
            - { id: exact, match: { host: exact.test, path: /own } }
            """);

        Assert.Equal("any", rules.Answer("GET", "https://exact.test/shared"));
        Assert.Equal("-", rules.Answer("GET", "https://other.test/own"));
    }

    [Theory]
    [InlineData("GET", "read")]
    [InlineData("HEAD", "read")]
    [InlineData("get", "read")]
    [InlineData("PUT", "write")]
    [InlineData("DELETE", "rest")]
    public void Rule_that_names_the_method_wins(string method, string rule)
    {
        var rules = Loads.OurSet(
            """
            - { id: rest, match: { path: /x } }
            - { id: read, match: { path: /x, methods: [get] } }
            - { id: write, match: { path: /x, methods: [PUT, PATCH] } }
            """);

        Assert.Equal(rule, rules.Answer(method, "https://a.test/x"));
    }

    [Fact]
    public void Request_without_a_rule_is_nobodys()
    {
        Assert.Equal("-", Loads.OurSet("- { id: a, match: { path: /a, methods: [POST] } }").Answer("GET", "https://a.test/a"));
        Assert.Equal("-", RuleSet.Empty.Answer("GET", "https://a.test/"));
    }

    [Theory]
    [InlineData("/ADMIN/keys")]
    [InlineData("/Admin")]
    [InlineData("/%61dmin/keys")]
    [InlineData("/%41DMIN")]
    [InlineData("/admin/")]
    public void Protected_path_in_another_spelling_is_still_protected(string path) =>
        Assert.Equal("admin", Paths.Answer("GET", "https://a.test" + path));

    [Theory]
    [InlineData("/admin;x/keys")]
    [InlineData("/admin;/keys")]
    [InlineData("/;x/admin")]
    [InlineData("/admin%3Bjsessionid=1")]
    public void Path_parameters_that_would_change_the_rule_are_refused(string path) =>
        Assert.Equal("refused PathParameters", Paths.Answer("GET", "https://a.test" + path));

    [Theory]
    [InlineData("/other;v=1/x", "app")]
    [InlineData("/users/7;v=1", "user")]
    [InlineData("/admin/x;v=1", "admin")]
    public void Path_parameters_that_change_nothing_pass(string path, string rule) =>
        Assert.Equal(rule, Paths.Answer("GET", "https://a.test" + path));

    [Fact]
    public void Encoded_slash_passes_only_on_the_rule_that_opted_in()
    {
        var rules = Loads.OurSet(
            """
            - { id: files, match: { path: "/files/{name}" }, encoded_slash: allow }
            - { id: app, match: { path: /** } }
            """);

        Assert.Equal("files", rules.Answer("GET", "https://a.test/files/a%2Fb"));
        Assert.Equal("refused EncodedSlash", rules.Answer("GET", "https://a.test/other/a%2Fb"));
        Assert.Equal("refused EncodedSlash", rules.Answer("GET", "https://a.test/files%2Fx"));
        Assert.Equal(TargetFault.EncodedSlash, Requests.Fault("/files/a%2Fb", Paths.TargetOptions));
    }

    [Fact]
    public void Encoded_slash_never_separates_segments()
    {
        var rules = Loads.OurSet("""- { id: files, match: { path: "/files/{name}/x" }, encoded_slash: allow }""");
        var facts = Requests.Facts("GET", "https://a.test/files/a%2Fb%41/x", rules.TargetOptions);

        var one = Assert.IsType<RuleLookup.One>(rules.Find(facts));

        Assert.Equal("a/bA", one.Captures(facts).Named("name"));
    }

    [Fact]
    public void Captures_are_decoded_and_in_order()
    {
        var rules = Loads.OurSet("""- { id: a, match: { path: "/c/{id}/*/{field}/**" } }""");
        var facts = Requests.Facts("GET", "https://a.test/c/caf%C3%A9/x/SSN/more/y");

        var captures = Assert.IsType<RuleLookup.One>(rules.Find(facts)).Captures(facts);

        Assert.True(captures.TryReadAll(out var all));
        Assert.Equal(["café", "SSN"], all);
        Assert.Equal("SSN", captures.Named("field"));
        Assert.Null(captures.Named("more"));
    }

    [Theory]
    [InlineData("{ path: /a }", "{ path: /a }")]
    [InlineData("{ path: /a }", "{ path: /A/ }")]
    [InlineData("{ path: \"/{x}\" }", "{ path: /* }")]
    [InlineData("{ path: /a/** }", "{ path: /a/** }")]
    [InlineData("{ path: /a, methods: [GET] }", "{ path: /a, methods: [PUT, GET] }")]
    [InlineData("{ path: /a, methods: [GET] }", "{ path: /a, methods: [HEAD] }")]
    [InlineData("{ path: /a, host: a.test }", "{ path: /a, host: A.TEST }")]
    [InlineData("{ path: /é }", "{ path: /%C3%A9 }")]
    public void Tie_is_a_load_error_that_names_both_rules(string first, string second)
    {
        var faults = Loads.Faults(Loads.Ours($"- {{ id: one, match: {first} }}\n- {{ id: two, match: {second} }}\n"));

        Assert.Equal(["rules.yaml:5: rule 'two': match ties with rule 'one' (rules.yaml:4): both are exactly as specific for the same requests"], faults);
    }

    [Theory]
    [InlineData("{ path: /a }", "{ path: /a/** }")]
    [InlineData("{ path: /a }", "{ path: /a, methods: [GET] }")]
    [InlineData("{ path: /a, methods: [PUT] }", "{ path: /a, methods: [GET] }")]
    [InlineData("{ path: /a, host: a.test }", "{ path: /a, host: \"*.a.test\" }")]
    [InlineData("{ path: \"/{x}/b\" }", "{ path: /a/* }")]
    public void Rules_that_differ_in_any_way_stand_beside_each_other(string first, string second) =>
        Loads.OurSet($"- {{ id: one, match: {first} }}\n- {{ id: two, match: {second} }}\n");

    [Fact]
    public void Rules_of_two_forms_never_stand_beside_each_other()
    {
        var ours = Loads.Ours("- { id: ours, match: { path: /a } }").Rules;
        var theirs = Loads.OathkeeperLoad(Loads.Oathkeeper("theirs", "http://a.test/a")).Rules;
        var faults = new AuthProxy.Hosting.Configuration.ConfigFaults();

        Assert.Null(RuleSet.Build([.. ours, .. theirs], faults));
        Assert.Contains("rule 'theirs' is written in another form than rule 'ours'", Assert.Single(faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Finding_a_rule_allocates_nothing()
    {
        string[] theirs = ["http://a.test/<[a-z]+>/x", "http://a.test/plain", "<http|https>://<[a-z]+>.sub.test/<(|/.*)>", "http://<.*>.any.test/<.*>/<(a|b)+>/end", "http://a.test/<(?!x)[0-9]+>"];
        string[] globs = ["http://a.test/<*>/x", "http://a.test/plain", "<{http,https}>://<*>.sub.test/<**>", "http://<**>.any.test/<**>/<{a,b}>/end"];
        RuleSet[] sets = [Paths, Loads.OathkeeperSet([.. theirs.Select(url => Loads.Oathkeeper("r", url))]), Loads.Set(Loads.GlobLoad([.. globs.Select(url => Loads.Oathkeeper("r", url))]))];
        var facts = new[] { "/users/7", "/users/caf%C3%A9/keys", "/abc/x", "/plain", "/12", "/a/b/c/d/e/f" }.Select(path => Requests.Facts("GET", "http://a.test" + path))
            .Append(Requests.Facts("GET", "https://b.sub.test/x/y")).Append(Requests.Facts("GET", "http://c.any.test/x/y/z/a/end")).ToArray();
        Find();
        Find();
        var before = GC.GetAllocatedBytesForCurrentThread();

        Find();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Find()
        {
            foreach (var rules in sets)
            {
                foreach (var request in facts)
                {
                    rules.Find(request);
                }
            }
        }
    }
}
