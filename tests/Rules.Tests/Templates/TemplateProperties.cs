using System.Text.Json;
using AuthProxy.Rules.Templates;
using AuthProxy.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace AuthProxy.Rules.Tests.Templates;

public class TemplateProperties
{
    private static readonly string[] Samples =
        [.. File.ReadLines(Path.Combine(Repository.Root, "tests", "Rules.Tests", "Templates", "go-templates.tsv")).Select(line => JsonSerializer.Deserialize<string>(line[..line.IndexOf('\t', StringComparison.Ordinal)])!)];

    private static readonly string[] Pieces =
    [
        "{{", "}}", "{{-", "-}}", "(", ")", "|", "\"", "`", "'", ".", "$", "$x", ":=", "=", ",", " ", "\n", "if", "range", "end", "else", "with", "nil", "1", "-1", "9999999999",
        "0x", "1e9", "\\", "\u0000", "\ud800", "é", ".Extra", ".MatchContext.URL", "index", "printf", "\"%d%s%[9]*.*d\"", "slice", "set", "until", "/*", "*/", "{", "}", ":",
    ];

    private static readonly Arbitrary<string> Damaged =
        (from sample in Gen.Elements(Samples)
         from at in Gen.Choose(0, sample.Length)
         from cut in Gen.Choose(0, 4)
         from piece in Gen.Elements(Pieces)
         from other in Gen.Elements(Samples)
         from joins in Gen.Elements(true, false)
         select sample[..at] + piece + sample[Math.Min(sample.Length, at + cut)..] + (joins ? other : "")).ToArbitrary();

    /// <summary>Texts that are likely to mean something to a reader of JSON.</summary>
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Elements("\"", "\\", "\",\"admin\":true,\"", "}", "{", "[", "]", ",", ":", "null", "true", "1", "\u0000", "\n", "\u2028", "\ud800", "\udc00", "\\u0022", "é", "😀", "a", " ")
            .ListOf().Select(string.Concat),
        ArbMap.Default.GeneratorFor<string?>().Select(text => text ?? ""));

    [Fact]
    public void No_template_however_damaged_throws() =>
        Prop.ForAll(Damaged, text =>
        {
            foreach (var context in new[] { TemplateContext.Header, TemplateContext.Json })
            {
                Template.TryParse(text, out _, context)?.Render(Session.Values());
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000).WithQuietOnSuccess(true));

    [Fact]
    public void No_value_changes_the_structure_of_JSON()
    {
        var template = Session.Parse(
            """{"a":"{{ .Subject }}","b":{{ .Subject | toJson }},"c":"x{{ print .Extra.x }}{{ .Extra.x }}y","d":{{ .Extra | toJson }},"e":"{{ .Extra.x | upper | toJson }}","f":"{{ .MatchContext.Header.Get "X" }}"}""",
            TemplateContext.Json);

        Prop.ForAll(Texts.Two().ToArbitrary(), pair =>
        {
            var (subject, claim) = (Valid(pair.Item1), Valid(pair.Item2));
            var values = Session.Values($$"""{"x":{{JsonSerializer.Serialize(claim)}}}""", pair.Item1);
            var rendered = template.Render(values with { Request = values.Request! with { Headers = Session.Headers(("X", [pair.Item2])) } });
            using var json = JsonDocument.Parse(Assert.IsType<TemplateOutcome.Rendered>(rendered).Text);

            Assert.Equal(["a", "b", "c", "d", "e", "f"], json.RootElement.EnumerateObject().Select(member => member.Name));
            Assert.Equal(subject, json.RootElement.GetProperty("a").GetString());
            Assert.Equal(subject, json.RootElement.GetProperty("b").GetString());
            Assert.Equal($"x{claim}{claim}y", json.RootElement.GetProperty("c").GetString());
            Assert.Equal(claim, json.RootElement.GetProperty("d").GetProperty("x").GetString());
            Assert.Equal(JsonValueKind.String, json.RootElement.GetProperty("e").ValueKind);
            Assert.Equal(claim, json.RootElement.GetProperty("f").GetString());
        }).Check(Thorough);
    }

    [Fact]
    public void Value_without_quotation_marks_is_one_value_or_the_text_fails()
    {
        var template = Session.Parse("""{"a":{{ .Subject }},"b":false}""", TemplateContext.Json);

        Prop.ForAll(Texts.ToArbitrary(), subject =>
        {
            if (template.Render(Session.Values(subject: subject)) is TemplateOutcome.Rendered rendered)
            {
                using var json = JsonDocument.Parse(rendered.Text);
                Assert.Equal(["a", "b"], json.RootElement.EnumerateObject().Select(member => member.Name));
                Assert.False(json.RootElement.GetProperty("b").GetBoolean());
            }
        }).Check(Thorough);
    }

    [Fact]
    public void Header_never_holds_a_control_character()
    {
        var template = Session.Parse("a{{ .Subject }}b{{ .Extra.x }}");

        Prop.ForAll(Texts.Two().ToArbitrary(), pair =>
            template.Render(Session.Values($$"""{"x":{{JsonSerializer.Serialize(Valid(pair.Item2))}}}""", pair.Item1)) is not TemplateOutcome.Rendered rendered
            || !rendered.Text.Any(char.IsControl)).Check(Thorough);
    }

    private static Config Thorough => Config.QuickThrowOnFailure.WithMaxTest(2000).WithQuietOnSuccess(true);

    private static string Valid(string value) => string.Concat(value.EnumerateRunes().Select(rune => rune.ToString()));
}
