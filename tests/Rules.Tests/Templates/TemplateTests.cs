using System.Text.Json;
using AuthProxy.Rules.Templates;

namespace AuthProxy.Rules.Tests.Templates;

public class TemplateTests
{
    private const string Claims =
        """{"name":"Ann","a":{"b":"deep"},"a.b/c":["x","y"],"list":["p",1,true,null],"n":3,"big":1000000,"bigger":1234567,"half":0.5,"tiny":0.00001,"neg":-12,"yes":true,"nothing":null,"o":{"z":1,"k":"v"},"empty":[],"evil":"a\r\nX-Admin: yes","quote":"\"<&>\"","unicode":"Zoë"}""";

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("{{ print .Subject }}", "alice")]
    [InlineData("{{print .Subject}}", "alice")]
    [InlineData("{{ .Subject }}", "alice")]
    [InlineData("user={{ .Subject }};", "user=alice;")]
    [InlineData("a {{- .Subject -}} b", "aaliceb")]
    [InlineData("{{ print .Extra.name }}", "Ann")]
    [InlineData("{{ .Extra.a.b }}", "deep")]
    [InlineData("{{ print .Extra.missing }}", "")]
    [InlineData("{{ .Extra.missing }}", "<no value>")]
    [InlineData("{{ print .Extra.nothing }}", "")]
    [InlineData("{{ .Extra.n }}", "3")]
    [InlineData("{{ .Extra.big }}", "1e+06")]
    [InlineData("{{ .Extra.bigger }}", "1.234567e+06")]
    [InlineData("{{ .Extra.half }}", "0.5")]
    [InlineData("{{ .Extra.tiny }}", "1e-05")]
    [InlineData("{{ .Extra.neg }}", "-12")]
    [InlineData("{{ .Extra.yes }}", "true")]
    [InlineData("{{ .Extra.list }}", "[p 1 true <nil>]")]
    [InlineData("{{ .Extra.o }}", "map[k:v z:1]")]
    [InlineData("{{ .Extra.list | join \",\" }}", "p,1,true")]
    [InlineData("{{ .Extra.empty | join \",\" }}", "")]
    [InlineData("{{ .Extra.missing | join \",\" }}", "")]
    [InlineData("{{ .Extra.name | join `,` }}", "Ann")]
    [InlineData("{{- (index .Extra \"a.b/c\") | join \",\" -}}", "x,y")]
    [InlineData("{{ index .Extra \"name\" }}", "Ann")]
    [InlineData("{{ index .Extra.list 0 }}", "p")]
    [InlineData("{{ index .MatchContext.RegexpCaptureGroups 0 }}", "g0")]
    [InlineData("{{ printIndex .MatchContext.RegexpCaptureGroups 1 }}", "g1")]
    [InlineData("{{ printIndex .MatchContext.RegexpCaptureGroups 7 }}", "")]
    [InlineData("{{ .MatchContext.RegexpCaptureGroups }}", "[g0 g1]")]
    [InlineData("{{ \"}}\" }}", "}}")]
    [InlineData("{{ .Extra.quote }}", "\"<&>\"")]
    [InlineData("{{ .Extra.unicode }}", "Zoë")]
    public void Template_renders_as_in_go(string template, string text) =>
        Assert.Equal(text, Assert.IsType<TemplateOutcome.Rendered>(Render(template)).Text);

    [Theory]
    [InlineData("{{ .Extra.missing.b }}")]
    [InlineData("{{ print .Extra.missing.b }}")]
    [InlineData("{{ .Extra.name.b }}")]
    [InlineData("{{ .Extra.list.b }}")]
    [InlineData("{{ index .MatchContext.RegexpCaptureGroups 2 }}")]
    [InlineData("{{ index .Extra.list 9 }}")]
    [InlineData("{{ index .Extra.name 0 }}")]
    [InlineData("{{ index .Extra.list \"x\" }}")]
    public void What_is_an_error_in_go_fails(string template) => Assert.IsType<TemplateOutcome.Failed>(Render(template));

    [Fact]
    public void Line_break_in_a_claim_cannot_begin_another_header()
    {
        var failed = Assert.IsType<TemplateOutcome.Failed>(Render("{{ .Extra.evil }}"));

        Assert.DoesNotContain("X-Admin", failed.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ env \"HOME\" }}", "knows no 'env'")]
    [InlineData("{{ expandenv \"$HOME\" }}", "knows no 'expandenv'")]
    [InlineData("{{ .Foo }}", "knows no '.Foo'")]
    [InlineData("{{ .Extra..a }}", "knows no '.Extra..a'")]
    [InlineData("{{ .MatchContext.Header.Get \"X\" }}", "knows no '.MatchContext.Header.Get'")]
    [InlineData("{{ .Extra.x | toJson }}", "not supported")]
    [InlineData("{{ if .Subject }}x{{ end }}", "knows no 'if'")]
    [InlineData("{{ print .Subject", "without its closing")]
    [InlineData("{{ }}", "without a value")]
    [InlineData("{{ print }}", "without a value")]
    [InlineData("{{ index .Extra }}", "needs a number or a text")]
    [InlineData("{{ index .Extra -1 }}", "needs a number or a text")]
    [InlineData("{{ \"a }}", "without its closing")]
    [InlineData("{{ \"\\n\" }}", "escapes that are not known")]
    [InlineData("{{ (print .Subject }}", "closing parenthesis")]
    [InlineData("{{ .Subject .Subject }}", "not supported")]
    [InlineData("{{ .Extra.x | join }}", "not supported")]
    public void What_is_not_known_is_a_load_error(string template, string why)
    {
        Assert.Null(Template.TryParse(template, out var fault));
        Assert.Contains(why, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1e999", "+Inf")]
    [InlineData("-1e999", "-Inf")]
    public void Claim_that_is_a_number_past_every_double_breaks_nothing(string number, string text)
    {
        var values = new TemplateValues { Subject = "", Extra = JsonDocument.Parse($$"""{"n":{{number}}}""").RootElement };

        Assert.Equal(text, Assert.IsType<TemplateOutcome.Rendered>(Template.TryParse("{{ print .Extra.n }}", out _)!.Render(values)).Text);
    }

    [Fact]
    public void Captures_that_timed_out_fail_the_template()
    {
        var rule = Loads.OathkeeperSet(Loads.Oathkeeper("slow", "http://a.test/<(a+)+>")).Rules[0];
        var facts = Requests.Facts("GET", "http://a.test/" + new string('a', 60) + "!");
        var values = new TemplateValues { Subject = "", Captures = new RuleLookup.One(rule).Captures(facts) };

        Assert.IsType<TemplateOutcome.Failed>(Template.TryParse("{{ index .MatchContext.RegexpCaptureGroups 0 }}", out _)!.Render(values));
    }

    private static TemplateOutcome Render(string text)
    {
        var rule = Loads.OathkeeperSet(Loads.Oathkeeper("r", "http://a.test/<g.>/<g.>")).Rules[0];
        var template = Template.TryParse(text, out var fault);
        Assert.True(template is not null, fault);
        return template.Render(new TemplateValues
        {
            Subject = "alice",
            Extra = JsonDocument.Parse(Claims).RootElement,
            Captures = new RuleLookup.One(rule).Captures(Requests.Facts("GET", "http://a.test/g0/g1")),
        });
    }
}
