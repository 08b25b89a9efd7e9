using AuthProxy.Rules.Templates;

namespace AuthProxy.Rules.Tests.Templates;

public class TemplateTests
{
    [Theory]
    [InlineData("{{ env \"HOME\" }}", "calls 'env', which is left out on purpose: it reads the proxy's own environment")]
    [InlineData("{{ expandenv \"$HOME\" }}", "calls 'expandenv', which is left out on purpose")]
    [InlineData("{{ getHostByName \"a.test\" }}", "calls 'getHostByName', which is left out on purpose: it asks the network")]
    [InlineData("{{ genPrivateKey \"rsa\" }}", "which is left out on purpose")]
    [InlineData("{{ .Extra.x | toJsn }}", "calls 'toJsn', which is no function; did you mean toJson?")]
    [InlineData("{{ nonsense }}", "calls 'nonsense', which is no function")]
    [InlineData("{{ upper }}", "gives 'upper' 0 arguments; it takes 'upper text'")]
    [InlineData("{{ .Subject | now }}", "gives 'now' 1 arguments; it takes none")]
    [InlineData("{{ print .Subject .Subject }}", "gives 'print' 2 arguments; it takes 'print value'")]
    [InlineData("{{ .Extra.x | join }}", "gives 'join' 1 arguments; it takes 'join separator list'")]
    [InlineData("{{ .Foo }}", "knows no '.Foo'")]
    [InlineData("{{ .subject }}", "knows no '.subject'; did you mean Subject?")]
    [InlineData("{{ $.MatchContext.Url.Path }}", "knows no '.MatchContext.Url'; did you mean URL?")]
    [InlineData("{{ .MatchContext.URL.Paht }}", "did you mean Path?")]
    [InlineData("{{ .Subject.x }}", "knows no '.Subject.x'; nothing may stand here")]
    [InlineData("{{ .Extra..a }}", "has two operands without a blank")]
    [InlineData("{{ .Subject \"X\" }}", "gives an argument to '.Subject', which is no method")]
    [InlineData("{{ define \"x\" }}a{{ end }}", "uses 'define', which templates of rules do not have")]
    [InlineData("{{ template \"x\" }}", "uses 'template'")]
    [InlineData("{{ block \"x\" . }}a{{ end }}", "uses 'block'")]
    [InlineData("{{ print .Subject", "without its closing '}}'")]
    [InlineData("{{ }}", "without a value")]
    [InlineData("{{ if .Subject }}x", "without its '{{ end }}'")]
    [InlineData("{{ end }}", "'end' without its beginning")]
    [InlineData("{{ \"a }}", "does not end")]
    [InlineData("{{ \"\\q\" }}", "escapes that are not known")]
    [InlineData("{{ (print .Subject }}", "needs a closing parenthesis")]
    [InlineData("{{ $x }}", "knows no variable '$x'")]
    [InlineData("{{ $x = 1 }}", "sets the variable '$x', which is not declared")]
    [InlineData("{{ break }}", "uses 'break' outside of a range")]
    [InlineData("{{ regexMatch .Subject \"a\" }}", "a pattern that is not written out")]
    [InlineData("{{ regexMatch \"(\" .Subject }}", "is no regular expression of RE2's")]
    [InlineData("{{ regexMatch \"(?=a)\" .Subject }}", "is no regular expression of RE2's")]
    [InlineData("{{ regexMatch \"(a{900}){900}\" .Subject }}", "repeats more than a template's pattern may")]
    [InlineData("{{ regexMatch \"a{1001}\" .Subject }}", "repeats more than a template's pattern may")]
    [InlineData("a\n{{ nonsense }}", "(line 2 of the template)")]
    [InlineData("a\nb", "can never be used: the text holds a control character")]
    public void What_cannot_be_right_is_a_load_error(string template, string why)
    {
        Assert.Null(Template.TryParse(template, out var fault));
        Assert.Contains(why, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ .Extra.missing.b }}", "'missing' is missing, so it has no 'b'")]
    [InlineData("{{ .Extra.name.b }}", "nothing with members where 'b' is looked for")]
    [InlineData("{{ index .MatchContext.RegexpCaptureGroups 2 }}", "out of range")]
    [InlineData("{{ with .MatchContext }}{{ .Foo }}{{ end }}", "authn.MatchContext has no 'Foo'")]
    [InlineData("{{ upper .Extra.n }}", "upper: argument 1 is not a text")]
    [InlineData("{{ fail \"no tenant\" }}", "fail: no tenant")]
    [InlineData("{{ fail .Subject }}", "fail: the template refuses the request")]
    [InlineData("{{ required \"tenant is needed\" .Extra.tenant }}", "required: tenant is needed")]
    public void What_goes_wrong_while_rendering_fails_with_a_reason(string template, string why) =>
        Assert.Contains(why, Session.Render(template), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"a\\r\\nX-Admin: yes\"")]
    [InlineData("\"a\\u0000b\"")]
    [InlineData("\"a\\u0085b\"")]
    [InlineData("\"a\\tb\"")]
    public void Control_character_in_a_claim_cannot_begin_another_header(string evil)
    {
        var failed = Assert.IsType<TemplateOutcome.Failed>(
            Session.Parse("{{ .Extra.evil }}").Render(Session.Values($$"""{"evil":{{evil}}}""")));

        Assert.Equal("the text holds a control character", failed.Why);
    }

    [Theory]
    [InlineData("1e999", "+Inf")]
    [InlineData("-1e999", "-Inf")]
    public void Claim_that_is_a_number_past_every_double_breaks_nothing(string number, string text) =>
        Assert.Equal(text, Session.Render("{{ print .Extra.n }}", values: Session.Values($$"""{"n":{{number}}}""")));

    [Theory]
    [InlineData("{{ .Extra.half }}", """{"half":"a\ud800b"}""", "a\uFFFDb")]
    [InlineData("{{ .Extra | toJson }}", """{"\ud800":"\udc00","ok":"é"}""", "{\"ok\":\"é\",\"\uFFFD\":\"\uFFFD\"}")]
    [InlineData("{{ .Extra.ok }}", """{"\ud800":1,"ok":2}""", "2")]
    public void Half_of_a_surrogate_pair_becomes_a_replacement_character(string template, string claims, string text) =>
        Assert.Equal(text, Session.Render(template, values: Session.Values(claims)));

    [Fact]
    public void Captures_that_timed_out_fail_the_template()
    {
        var rule = Loads.OathkeeperSet(Loads.Oathkeeper("slow", "http://a.test/<(?!x)(a+)+>")).Rules[0];
        var facts = Requests.Facts("GET", "http://a.test/" + new string('a', 60) + "!");
        var values = new TemplateValues { Subject = "", Captures = new RuleLookup.One(rule).Captures(facts) };

        Assert.Contains("came to no answer in time", Session.Render("{{ index .MatchContext.RegexpCaptureGroups 0 }}", values: values), StringComparison.Ordinal);
    }

    [Fact]
    public void Template_without_a_request_fails_where_it_asks_for_one()
    {
        var values = new TemplateValues { Subject = "u" };

        Assert.StartsWith("failed:", Session.Render("{{ .MatchContext.URL.Path }}", values: values), StringComparison.Ordinal);
        Assert.Equal("", Session.Render("{{ .MatchContext.Header.Get \"X\" }}{{ .MatchContext.Method }}", values: values));
        Assert.Equal("map[] <no value>", Session.Render("{{ .Extra }} {{ .Extra.a }}", values: values));
    }

    [Fact]
    public void Session_is_the_same_after_a_template_changed_what_it_got_of_it()
    {
        Assert.Equal("7 3", Session.Render("{{ $x := set .Extra \"n\" 7 }}{{ $x.n }} {{ .Extra.n }}"));
        Assert.Equal("9 deep", Session.Render("{{ $x := mergeOverwrite .Extra (dict \"a\" (dict \"b\" 9)) }}{{ $x.a.b }} {{ .Extra.a.b }}"));
    }

    [Fact]
    public void Host_is_the_addresss_and_no_header()
    {
        Assert.Equal("|a.test:8080", Session.Render("{{ .MatchContext.Header.Get \"Host\" }}|{{ .MatchContext.URL.Host }}"));
        Assert.DoesNotContain("Host:", Session.Render("{{ .MatchContext.Header }}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ range 3 }}{{ . }}{{ end }}", "012")]
    [InlineData("{{ range $i := 2 }}{{ $i }};{{ end }}", "0;1;")]
    [InlineData("{{ with .Extra.missing }}x{{ else with .Subject }}{{ . }}{{ end }}", "alice")]
    [InlineData("{{ now | unixEpoch }}", "1700000000")]
    [InlineData("{{ now.Unix }}", "1700000000")]
    [InlineData("{{ now.Format \"2006-01-02\" }}", "2023-11-14")]
    [InlineData("{{ \"2006\" | now.Format }}", "2023")]
    [InlineData("{{ sha512sum .Extra.name | trunc 8 }}", "3c11bcaa")]
    [InlineData("{{ dateInZone \"15:04\" (int64 0) \"/etc/localtime\" }}", "00:00")]
    [InlineData("{{ dateInZone \"15:04\" (int64 0) \"../zoneinfo/Europe/Berlin\" }}", "00:00")]
    [InlineData("{{ dateInZone \"15:04\" (int64 0) \"Europe/Berlin\" }}", "01:00")]
    [InlineData("{{ ago (int64 1699999000) }}", "16m40s")]
    [InlineData("{{ date \"2006-01-02\" .Extra.n }}", "2023-11-14")]
    [InlineData("{{ regexMatch `^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$` uuidv4 }}", "true")]
    public void What_newer_go_and_the_clock_say(string template, string text) => Assert.Equal(text, Session.Render(template));

    [Fact]
    public void Templates_share_nothing_under_any_name()
    {
        // Oathkeeper keeps templates by rule id and header name, for good; here each belongs to its rule.
        var (first, second) = (Session.Parse("{{ .Subject }}1"), Session.Parse("{{ .Subject }}2"));

        Assert.Equal(("alice1", "alice2"), (Rendered(first), Rendered(second)));

        static string Rendered(Template template) => Assert.IsType<TemplateOutcome.Rendered>(template.Render(Session.Values())).Text;
    }

    [Theory]
    [InlineData("{{ print .Subject }}", 256)]
    [InlineData("{{ .Subject }}", 256)]
    [InlineData("constant", 0)]
    [InlineData("{{ print .Extra.name }}", 320)]
    public void Usual_template_allocates_next_to_nothing(string text, long bytes)
    {
        var template = Session.Parse(text);
        var values = Session.Values();
        for (var i = 0; i < 100; i++)
        {
            template.Render(values);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            template.Render(values);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 10_000, 0, bytes);
    }

    [Fact]
    public void Subject_is_passed_on_without_a_copy()
    {
        var values = Session.Values();

        Assert.Same(values.Subject, Assert.IsType<TemplateOutcome.Rendered>(Session.Parse("{{ print .Subject }}").Render(values)).Text);
    }
}
