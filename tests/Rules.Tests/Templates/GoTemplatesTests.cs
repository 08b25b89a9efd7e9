using System.Text;
using System.Text.Json;
using AuthProxy.Rules.Templates;
using AuthProxy.Rules.Templates.Nodes;
using AuthProxy.Rules.Templates.Output;
using AuthProxy.Rules.Templates.Syntax;
using AuthProxy.Rules.Templates.Values;
using AuthProxy.TestKit;

namespace AuthProxy.Rules.Tests.Templates;

/// <summary>
/// Templates as Go 1.19 renders them with sprig 3.2 and Oathkeeper's own two functions: each line of <c>go-templates.tsv</c> is a template and
/// its text, or a dash where Go has an error.
/// </summary>
public class GoTemplatesTests
{
    /// <summary>Where ours answers otherwise, and why.</summary>
    private static readonly Dictionary<string, string?> Deliberate = new(StringComparer.Ordinal)
    {
        // Go 1.19 takes a pipe into nothing for none; later versions see the fault.
        ["{{ .Subject | }}"] = null,

        // Go since 1.22.
        ["{{ range 3 }}{{ . }}{{ end }}"] = "012",

        // Half a result is no result: sprig writes its error message where the value should be.
        ["""{{ b64dec "YQ" }}"""] = null,

        // A pattern that cannot be compiled never matches in sprig; here it is a fault when the rules load.
        ["""{{ regexMatch "(" "a" }}"""] = null,

        // Texts are sliced by bytes, as Go's own function of that name does; sprig hides it.
        ["""{{ slice "abc" 1 }}"""] = "bc",
    };

    [Fact]
    public void Every_template_renders_as_in_go()
    {
        var wrong = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "tests", "Rules.Tests", "Templates", "go-templates.tsv")))
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            var template = Text(line[..tab]);
            var expected = line[(tab + 1)..] == "-" ? null : Text(line[(tab + 1)..]);
            expected = Deliberate.GetValueOrDefault(template, expected);
            var (text, why) = Render(template);
            if (text != expected)
            {
                wrong.Add($"{template}: {text ?? why}, not {expected ?? "a fault"}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static (string? Text, string Why) Render(string template)
    {
        if (TemplateParser.Parse(template, out var fault) is not { } program)
        {
            return (null, fault);
        }

        var output = new PlainOutput();
        var scope = new RenderScope(new GoSession(Session.Values()), output, program);
        return program.Body.Render(scope) is Flow.Failed ? (null, scope.Fault!) : (output.Finish(scope), "");
    }

    private static string Text(string json) => JsonSerializer.Deserialize<string>(json)!;

    /// <summary>Go's own: nothing is encoded and nothing refused.</summary>
    private sealed class PlainOutput : TemplateOutput
    {
        private readonly StringBuilder _text = new();

        public override void WriteLiteral(string text, RenderScope scope) => _text.Append(text);

        public override void WriteValue(string text, RenderScope scope) => _text.Append(text);

        public override string? Finish(RenderScope scope) => _text.ToString();
    }
}
