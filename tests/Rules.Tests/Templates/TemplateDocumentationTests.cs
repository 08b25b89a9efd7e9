using System.Text;
using AuthProxy.Rules.Templates.Functions;
using AuthProxy.TestKit;

namespace AuthProxy.Rules.Tests.Templates;

public class TemplateDocumentationTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "templates.md")).ReplaceLineEndings("\n");

    [Fact]
    public void Documentation_has_every_function_as_the_code_declares_it()
    {
        var tables = new StringBuilder();
        foreach (var (title, functions) in FunctionCatalogue.Groups)
        {
            tables.Append($"### {title}\n\n| function | gives |\n| --- | --- |\n");
            foreach (var function in functions)
            {
                tables.Append($"| `{function.Name}{(function.Arguments.Length > 0 ? " " : "")}{function.Arguments}` | {function.Summary} |\n");
            }

            tables.Append('\n');
        }

        var start = Page.IndexOf("### Built in\n", StringComparison.Ordinal);
        var end = Page.IndexOf("## What is left out\n", StringComparison.Ordinal);

        Assert.Equal(tables.ToString(), start < 0 || end < 0 ? "" : Page[start..end]);
    }

    [Fact]
    public void Documentation_says_of_every_function_that_is_left_out_why()
    {
        foreach (var group in FunctionCatalogue.LeftOut.GroupBy(function => function.Value))
        {
            Assert.Contains($"| {string.Join(", ", group.Select(function => $"`{function.Key}`"))} | {group.Key} |", Page, StringComparison.Ordinal);
        }
    }
}
