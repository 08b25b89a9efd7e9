using System.Text.Json;
using AuthProxy.Rules.Templates;

namespace AuthProxy.Rules.Tests.Templates;

/// <summary>What requests bring can never change the structure of a JSON text.</summary>
public class TemplateJsonTests
{
    public static TheoryData<string> Attacks =>
    [
        "\"", "\\", "\\\"", "\",\"admin\":true,\"x\":\"", "\"}", "\u0000", "\n", "\r\n", "\t", "\u001f", "\u2028\u2029", "\ud800", "\udc00x", "a\ud800",
        "\\u0022,\\u0022admin\\u0022:true", "</script>", "{{ .Extra }}", "\u007f\u0085", "😀", "null", "true", "{}", "[]", "1,2", "", " ",
    ];

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Text_inside_of_quotation_marks_stays_one_text(string attack)
    {
        var values = Session.Values(Claim(attack), attack);
        using var json = Parse(Session.Json("""{"subject":"a{{ .Subject }}b","claim":"{{ print .Extra.x }}","{{ print "k" }}":1}""", values));

        Assert.Equal(["subject", "claim", "k"], json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal($"a{Valid(attack)}b", json.RootElement.GetProperty("subject").GetString());
        Assert.Equal(Valid(attack), json.RootElement.GetProperty("claim").GetString());
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Text_through_toJson_stays_one_text(string attack)
    {
        var values = Session.Values(Claim(attack), attack);
        using var json = Parse(Session.Json("""{"subject":{{ .Subject | toJson }},"claims":{{ .Extra | toJson }}}""", values));

        Assert.Equal(Valid(attack), json.RootElement.GetProperty("subject").GetString());
        Assert.Equal(Valid(attack), json.RootElement.GetProperty("claims").GetProperty("x").GetString());
    }

    [Theory]
    [InlineData("1,\"admin\":true")]
    [InlineData("1}")]
    [InlineData("\"a\",\"b\"")]
    [InlineData("alice")]
    [InlineData(",")]
    [InlineData("\"admin\":true")]
    [InlineData("}")]
    [InlineData("1 2")]
    [InlineData("{\"a\":1,")]
    [InlineData("/* */")]
    [InlineData("tru")]
    public void Text_outside_of_quotation_marks_is_one_value_or_refused(string subject)
    {
        const string Why = "failed: an action outside of quotation marks gave something else than one JSON value; write quotation marks around it, or '| toJson'";

        Assert.Equal(Why, Session.Json("""{"subject":{{ .Subject }}}""", Session.Values(subject: subject)));
    }

    [Theory]
    [InlineData("12")]
    [InlineData("\"a\"")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("[1,2]")]
    public void One_value_may_stand_outside_of_quotation_marks(string subject) =>
        Assert.Equal($$"""{"subject":{{subject}}}""", Session.Json("""{"subject":{{ .Subject }}}""", Session.Values(subject: subject)));

    [Theory]
    [InlineData("""{"a":1{{ .Extra.n }}}""")]
    [InlineData("""{"a":{{ .Extra.n }}1}""")]
    [InlineData("""{"a":{{ .Extra.n }}{{ .Extra.n }}}""")]
    [InlineData("""{"a":-{{ .Extra.n }}}""")]
    [InlineData("""{"a":{{ .Extra.n }}e5}""")]
    public void Number_cannot_grow_out_of_two(string template) =>
        Assert.StartsWith("failed: an action outside of quotation marks touches", Session.Json(template), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"admin":false,{{ .Subject | toJson }}:true}""", "admin")]
    [InlineData("""{"admin":false,"{{ .Subject }}":true}""", "admin")]
    [InlineData("""{"admin":false,"{{ .Subject }}":true}""", "\\u0061dmin")]
    [InlineData("""{"a":{{ .Subject }}}""", """{"x":1,"x":2}""")]
    [InlineData("""{"a":{{ .Subject }}}""", """{"x":1,"\u0078":2}""")]
    public void Value_cannot_bring_a_member_that_is_there(string template, string subject)
    {
        var rendered = Session.Json(template, Session.Values(subject: subject));

        // A backslash is a character of the name, not an escape: that name is another one.
        Assert.Equal(subject.StartsWith('\\'), !rendered.StartsWith("failed: the text is no JSON, is nested too deep, or names a member twice", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"a":"{{ .MatchContext.URL.Query.Get "q" }}"}""")]
    [InlineData("""{"a":{{ .MatchContext.URL.Query.Get "q" | toJson }}}""")]
    [InlineData("""{"a":"{{ .MatchContext.Header.Get "X-Evil" }}"}""")]
    [InlineData("""{"a":{{ .MatchContext.Header.Get "X-Evil" | toJson }}}""")]
    [InlineData("""{"a":"{{ .Header.Get "X-Evil" }}"}""")]
    [InlineData("""{"a":"{{ printIndex .MatchContext.RegexpCaptureGroups 0 }}\",\"admin\":true,\"x\":\""}""")]
    public void Query_headers_and_captures_are_values_like_any_other(string template)
    {
        const string Evil = "\",\"admin\":true,\"x\":\"";
        var evil = Session.Headers(("X-Evil", [Evil]));
        var values = Session.Values(target: "/?q=" + Uri.EscapeDataString(Evil));
        using var json = Parse(Session.Json(template, values with { Headers = evil, Request = values.Request! with { Headers = evil } }));

        Assert.Equal(["a"], json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.EndsWith(Evil, json.RootElement.GetProperty("a").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":"\{{ .Subject }}"}""", "an action stands inside of an escape")]
    [InlineData("""{"a":"\u{{ .Subject }}"}""", "no JSON")]
    [InlineData("""{"a":"\ud83d{{ .Subject }}"}""", "half of a surrogate pair")]
    [InlineData("""{"a":1,"a":"{{ .Subject }}"}""", "names a member twice")]
    [InlineData("""{"a":"{{ .Subject }}",}""", "no JSON")]
    [InlineData("{{ if .Extra.missing }}{}{{ end }}", "no JSON")]
    [InlineData("""{} {"a":"{{ .Subject }}"}""", "no JSON")]
    [InlineData("""{"a":{{ .Extra.missing }}}""", "an action outside of quotation marks")]
    public void Text_that_is_no_strict_JSON_fails(string template, string why) =>
        Assert.Contains(why, Session.Json(template), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("{} {}")]
    [InlineData("")]
    public void Text_that_can_never_be_JSON_is_a_load_error(string template)
    {
        Assert.Null(Template.TryParse(template, out var fault, TemplateContext.Json));
        Assert.StartsWith("can never be used: the text is no JSON", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{{ range $i, $e := .Extra.list }}{{ if $i }},{{ end }}{{ toJson $e }}{{ end }}]""", """["p",1,true,null]""")]
    [InlineData("""[{{ $sep := "" }}{{ range .Extra.list }}{{ $sep }}{{ . | toJson }}{{ $sep = "," }}{{ end }}]""", """["p",1,true,null]""")]
    [InlineData("""[1{{ if .Extra.yes }}{{ print "," }}2{{ end }}]""", "[1,2]")]
    [InlineData("""{"a":1{{ if .Extra.missing }},"b":2{{ end }}}""", """{"a":1}""")]
    [InlineData("""{"a":{{ .Extra.o | toJson }},"b":{{ .Extra.n }},"c":{{ .Extra.yes }}}""", """{"a":{"k":"v","z":1},"b":3,"c":true}""")]
    [InlineData("""{"a":{{ ternary "{}" "[]" .Extra.yes }}}""", """{"a":{}}""")]
    [InlineData("""{"a":{{ default "[" .Extra.missing }}]}""", """{"a":[]}""")]
    [InlineData("""{"a":"{{ .Extra.o | toJson }}"}""", """{"a":"{\"k\":\"v\",\"z\":1}"}""")]
    [InlineData("""{"a":"{{ .Extra.list }}"}""", """{"a":"[p 1 true \u003cnil\u003e]"}""")]
    [InlineData("""{{ dict "sub" .Subject "n" (.Extra.n | int) | toJson }}""", """{"n":3,"sub":"alice"}""")]
    [InlineData("""{"a":[1{{ .Extra.name | trunc 0 }}]}""", """{"a":[1]}""")]
    [InlineData("""{"a":"{{ "\\n" }}"}""", """{"a":"\n"}""")]
    public void Template_says_what_it_wants(string template, string expected)
    {
        using var json = Parse(Session.Json(template));
        using var wanted = Parse(expected);

        Assert.True(JsonElement.DeepEquals(wanted.RootElement, json.RootElement), json.RootElement.GetRawText());
    }

    [Fact]
    public void Only_the_templates_own_text_is_template_text_and_not_a_value_that_says_the_same()
    {
        var values = Session.Values("""{"sep":","}""", ",");

        Assert.StartsWith("failed:", Session.Json("""[1{{ if "," }}{{ .Extra.sep }}{{ end }}2]""", values), StringComparison.Ordinal);
        Assert.StartsWith("failed:", Session.Json("""[1{{ $x := "," }}{{ .Subject }}2]""", values), StringComparison.Ordinal);
        Assert.StartsWith("failed:", Session.Json("""[1{{ $x := "," }}{{ splitList "x" .Subject | first }}2]""", values), StringComparison.Ordinal);
        Assert.StartsWith("failed:", Session.Json("""[1{{ $x := "," }}{{ trunc 1 ",a" }}{{ trunc 1 .Subject }}2]""", values), StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_is_bounded()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 63)) + string.Concat(Enumerable.Repeat("]", 63));

        Assert.Equal(deep, Session.Json(deep));
        Assert.Null(Template.TryParse($"[[{deep}]]", out _, TemplateContext.Json));
        Assert.StartsWith("failed:", Session.Json("""[[{{ .Subject }}]]""", Session.Values(subject: deep)), StringComparison.Ordinal);
    }

    private static string Claim(string value) => $$"""{"x":{{Quote(value)}}}""";

    // Half of a surrogate pair reaches us as an escape only.
    private static string Quote(string value) => "\"" + string.Concat(value.Select(character => $"\\u{(int)character:x4}")) + "\"";

    private static string Valid(string value) => string.Concat(value.EnumerateRunes().Select(rune => rune.ToString()));

    private static JsonDocument Parse(string json) => JsonDocument.Parse(json);
}
