using System.Globalization;
using System.Text.Json;
using AuthProxy.Hosting;
using AuthProxy.Proxy.Matching;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Cli.RuleCommands;

/// <summary><c>authproxy rules list</c>: every rule that would be in force.</summary>
internal static class RulesListCommand
{
    public static Command Command { get; } = new(
        "rules list",
        "Lists the rules that would be in force.",
        RuleOptions.All,
        (arguments, console, cancellation) => OpenedRules.UseAsync(arguments, console, (_, rules) => Task.FromResult(Write(arguments, console, rules)), cancellation));

    private static int Write(CommandArguments arguments, CommandConsole console, PreparedRules rules)
    {
        if (RuleOptions.WantsJson(arguments))
        {
            CommandJson.Write(console.Output, json => WriteJson(json, rules.RuleSet));
        }
        else
        {
            WriteText(console.Output, rules.RuleSet);
        }

        return ExitCodes.Success;
    }

    private static void WriteText(TextWriter output, RuleSet set)
    {
        var rows = set.Rules.Select(RowOf).Prepend(["rule", "methods", "pattern", "authenticators", "tests", "where"]).ToList();
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    private static string[] RowOf(Rule rule) =>
    [
        rule.Id,
        rule.Pattern.Methods.Count > 0 ? string.Join(',', rule.Pattern.Methods) : rule.Form == RuleForm.AuthProxy ? "any" : "none",
        rule.Pattern.HostText + rule.Pattern.Text,
        string.Join(',', rule.Authenticators.Select(use => use.Handler)),
        rule.Tests.Count.ToString(CultureInfo.InvariantCulture),
        $"{rule.File}:{rule.Line.ToString(CultureInfo.InvariantCulture)}",
    ];

    private static void WriteJson(Utf8JsonWriter json, RuleSet set)
    {
        json.WriteStartArray("rules"u8);
        foreach (var rule in set.Rules)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, rule.Id);
            json.WriteString("form"u8, rule.Form == RuleForm.AuthProxy ? "authproxy" : "oathkeeper");
            json.WriteString("description"u8, rule.Description);
            json.WriteString("host"u8, rule.Pattern.HostText);
            json.WriteString("pattern"u8, rule.Pattern.Text);
            json.WriteTexts("methods", rule.Pattern.Methods);
            WriteHandlers(json, "authenticators", rule.Authenticators);
            json.WriteTexts("authorizers", rule.Authorizers.Select(use => use.ToString()));
            WriteHandlers(json, "mutators", rule.Mutators);
            WriteHandlers(json, "errors", rule.Errors);
            json.WriteBoolean("require"u8, rule.Require is not null);
            json.WriteBoolean("grants"u8, rule.Grants is not null);
            json.WriteString("upstream"u8, rule.Upstream is { IsTokenizer: true } ? "tokenizer" : rule.Upstream?.Url?.OriginalString);
            json.WriteNumber("tests"u8, rule.Tests.Count);
            json.WriteString("file"u8, rule.File);
            json.WriteNumber("line"u8, rule.Line);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteHandlers(Utf8JsonWriter json, string name, IReadOnlyList<HandlerUse> uses) => json.WriteTexts(name, uses.Select(use => use.Handler));
}
