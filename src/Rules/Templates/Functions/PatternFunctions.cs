namespace AuthProxy.Rules.Templates.Functions;

/// <summary>Regular expressions of RE2's language: compiled when the rules load, and matched in linear time.</summary>
internal static class PatternFunctions
{
    public static readonly IReadOnlyList<TemplateFunction> All =
    [
        .. WithMust("regexMatch", "pattern text", "whether the text matches", call => call.Pattern.IsMatch(call.Text(1), call)),
        .. WithMust("regexFind", "pattern text", "the first match, empty where there is none", call => call.Pattern.Find(call.Text(1), call)),
        .. WithMust("regexFindAll", "pattern text count", "all matches, or the first so many", call => call.Pattern.FindAll(call.Text(1), call.Whole(2), call)),
        .. WithMust("regexReplaceAll", "pattern text replacement", "every match replaced; $1 and ${name} stand for groups", call =>
            call.Pattern.Replace(call.Text(1), call.Text(2), expands: true, call)),
        .. WithMust("regexReplaceAllLiteral", "pattern text replacement", "every match replaced as written", call =>
            call.Pattern.Replace(call.Text(1), call.Text(2), expands: false, call)),
        .. WithMust("regexSplit", "pattern text count", "the texts between matches, or so many of them", call => call.Pattern.Split(call.Text(1), call.Whole(2), call)),
        new("regexQuoteMeta", "text", "the text as a pattern that matches just it", call => GoRegex.QuoteMeta(call.Text(0))),
    ];

    private static IEnumerable<TemplateFunction> WithMust(string name, string arguments, string summary, Func<FunctionCall, object?> body) =>
    [
        new(name, arguments, summary, body) { TakesPattern = true },
        new($"mustR{name[1..]}", arguments, $"as {name}", body) { TakesPattern = true },
    ];
}
