using System.Text.Json;
using System.Text.RegularExpressions;
using AuthProxy.Rules.Templates;

namespace AuthProxy.Rules.Tests.Templates;

/// <summary>The templates of the reference files, with the results that they state.</summary>
public partial class ReferenceTemplatesTests
{
    private const string Claims =
        """{"email":"a@b","roles":["x","y"],"level":3,"account":1234567,"nested":{"ok":true},"example.com/claims":["p","q"],"plan":"pro \"x\"","tenants":["t1"],"scp":["a","b"],"identity":{"traits":{"email":"t@b"}},"client_id":"c1"}""";

    [Theory]
    [InlineData("X-User", "{{ print .Subject }}", "u1")]
    [InlineData("X-Category", "{{ index .MatchContext.RegexpCaptureGroups 0 }}", "shoes")]
    [InlineData("X-Item", "{{ printIndex .MatchContext.RegexpCaptureGroups 1 }}", "42")]
    [InlineData("X-Missing", "{{ printIndex .MatchContext.RegexpCaptureGroups 9 }}", "")]
    [InlineData("X-Roles", """{{ .Extra.roles | join "," }}""", "x,y")]
    [InlineData("X-Claims", """{{- (index .Extra "example.com/claims") | join "-" -}}""", "p-q")]
    [InlineData("X-Level", "{{ print .Extra.level }}", "3")]
    [InlineData("X-Account", "{{ print .Extra.account }}", "1.234567e+06")]
    [InlineData("X-Account-Int", "{{ .Extra.account | int64 }}", "1234567")]
    [InlineData("X-Ok", "{{ print .Extra.nested.ok }}", "true")]
    [InlineData("X-Gone", "{{ print .Extra.nested.gone }}", "")]
    [InlineData("X-No-Value", "{{ .Extra.gone }}", "<no value>")]
    [InlineData("X-Lang", """{{ .MatchContext.URL.Query.Get "lang" }}""", "de")]
    [InlineData("X-Path", "{{ .MatchContext.URL.Path }}", "/shop/shoes/42")]
    [InlineData("X-Upper", "{{ .Subject | upper }}", "U1")]
    [InlineData("X-Default", """{{ .Extra.nickname | default "nobody" }}""", "nobody")]
    [InlineData("email", "{{ print .Extra.email }}", "a@b")]
    public void Sample_of_the_mutators_gives_what_it_states(string name, string template, string text)
    {
        // The global map of the samples' configuration brings X-User.
        var file = File.ReadAllText(ReferenceFiles.Path("09-mutators.yaml")) + File.ReadAllText(ReferenceFiles.Path("config.yaml"));

        Assert.Matches($"{name}: [\"']{Regex.Escape(template)}[\"']", file);
        Assert.Equal(text, Session.Render(template, values: Values("/shop/shoes/42?lang=de", "http://tpl.test/shop/<[a-z]+>/<[0-9]+>")));
    }

    [Theory]
    [InlineData("{{ print .Subject }}", "u1")]
    [InlineData("{{ printIndex .MatchContext.RegexpCaptureGroups 0 }}", "red")]
    [InlineData("{{ printIndex .MatchContext.RegexpCaptureGroups 1 }}", "a b.txt")]
    [InlineData("{{ .MatchContext.Method }}", "GET")]
    [InlineData("{{ print .Extra.not_there }}", "")]
    [InlineData("""{{ .Extra.scp | join " " }}""", "a b")]
    [InlineData("{{ print .Extra.identity.traits.email }}", "t@b")]
    [InlineData("{{ print .Extra.client_id }}", "c1")]
    [InlineData("groups:{{ printIndex .MatchContext.RegexpCaptureGroups 0 }}", "groups:red")]
    [InlineData("{{ .Extra.email }}", "a@b")]
    [InlineData("{{ printIndex .MatchContext.RegexpCaptureGroups (sub 1 1 | int)}}", "red")]
    [InlineData("""{{ .MatchContext.URL.Query.Get "x" }}""", "1")]
    [InlineData("""{{ .MatchContext.Header.Get "X-Y" }}""", "one")]
    [InlineData("{{ .Extra.level | toJson }}", "3")]
    [InlineData("""{{ printf "%+q" .Subject }}""", "\"u1\"")]
    public void Templates_seen_in_the_wild_render(string template, string text) =>
        Assert.Equal(text, Session.Render(template, values: Values("/teams/red/docs/a%20b.txt?x=1", "http://tpl.test/teams/<[a-z]+>/docs/<.+>")));

    [Fact]
    public void Glob_captures_nothing_so_index_fails_and_printIndex_is_empty()
    {
        var values = new TemplateValues { Subject = "u1" };

        Assert.StartsWith("failed:", Session.Render("{{ index .MatchContext.RegexpCaptureGroups 0 }}", values: values), StringComparison.Ordinal);
        Assert.Equal("", Session.Render("{{ printIndex .MatchContext.RegexpCaptureGroups 0 }}", values: values));
    }

    [Theory]
    [InlineData("07-remote-authorizers.yaml", "payload", """{"subject":"u1","roles":["x","y"],"resource":"teams:red","query":"","agent":"curl/8"}""")]
    [InlineData("10-identity-token.yaml", "claims", """{"iss":"http://forged.test/","aud":["dashboard"],"plan":"pro \"x\"","tenants":["t1"]}""")]
    public void Samples_of_JSON_give_one_object(string file, string key, string expected)
    {
        var text = Regex.Match(File.ReadAllText(ReferenceFiles.Path(file)), $@"{key}: \|\n(?<text>(\s{{8,}}.*\n)+)").Groups["text"].Value;
        var rendered = Session.Json(text, Values("/teams/red", "http://tpl.test/teams/<[a-z]+>"));

        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), JsonElement.Parse(rendered)), rendered);
    }

    [Fact]
    public void Every_template_of_the_samples_loads()
    {
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(ReferenceFiles.Path("config.yaml"))!))
        {
            Assert.All(Actions().Matches(File.ReadAllText(file)), action => Session.Parse(action.Value.Replace("\\\"", "\"", StringComparison.Ordinal)));
        }
    }

    private static TemplateValues Values(string target, string pattern)
    {
        var rule = Loads.OathkeeperSet(Loads.Oathkeeper("r", pattern)).Rules[0];
        var facts = Requests.Facts("GET", "http://tpl.test" + target);
        return Session.Values(Claims, "u1", target) with { Captures = new RuleLookup.One(rule).Captures(facts) };
    }

    [GeneratedRegex(@"\{\{[^}\r\n]*\}\}")]
    private static partial Regex Actions();
}
