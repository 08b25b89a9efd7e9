using System.Text.Json;
using AuthProxy.Rules.Patterns;
using AuthProxy.Rules.Templates;
using AuthProxy.TestKit;

namespace AuthProxy.Rules.Tests.Templates;

/// <summary>The session that the tests' templates speak about; the one that <c>go-templates.tsv</c> was made with.</summary>
internal static class Session
{
    public const string Claims =
        """{"name":"Ann","a":{"b":"deep"},"a.b/c":["x","y"],"list":["p",1,true,null],"n":3,"big":1000000,"bigger":1234567,"half":0.5,"tiny":0.00001,"neg":-12,"yes":true,"nothing":null,"o":{"z":1,"k":"v"},"empty":[],"quote":"\"<&>\"","unicode":"Zoë"}""";

    private static readonly RuleCaptures Captures =
        new RuleLookup.One(Loads.OathkeeperSet(Loads.Oathkeeper("r", "http://a.test/<g.>/<g.>")).Rules[0]).Captures(Requests.Facts("GET", "http://a.test/g0/g1"));

    private const string Target = "/g0/a%20b/x%2By?lang=de&q=a+b%26c&multi=1&multi=2";

    public static TemplateValues Values(string claims = Claims, string subject = "alice", string target = Target) => new()
    {
        Subject = subject,
        Extra = JsonElement.Parse(claims),
        Captures = Captures,
        Request = new TemplateRequest("GET", "http", "a.test:8080", Requests.Target(target), Headers(("X-Y", ["one", "two"]), ("User-Agent", ["curl/8"]), ("Host", ["a.test:8080"]))),
        Clock = new FakeClock(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000)),
    };

    public static TemplateHeaders Headers(params (string Name, string[] Values)[] headers) => new(
        name => headers.FirstOrDefault(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Values ?? [],
        () => headers.Select(header => KeyValuePair.Create<string, IReadOnlyList<string>>(header.Name, header.Values)));

    public static Template Parse(string text, TemplateContext context = TemplateContext.Header)
    {
        var template = Template.TryParse(text, out var fault, context);
        Assert.True(template is not null, fault);
        return template;
    }

    /// <summary>The rendered text, or why there is none.</summary>
    public static string Render(string text, TemplateContext context = TemplateContext.Header, TemplateValues? values = null) =>
        Parse(text, context).Render(values ?? Values()) switch
        {
            TemplateOutcome.Rendered rendered => rendered.Text,
            TemplateOutcome.Failed failed => $"failed: {failed.Why}",
            _ => "no outcome",
        };

    public static string Json(string text, TemplateValues? values = null) => Render(text, TemplateContext.Json, values);
}
