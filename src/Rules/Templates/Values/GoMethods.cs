namespace AuthProxy.Rules.Templates.Values;

/// <summary>The methods with arguments that values of templates have.</summary>
internal static class GoMethods
{
    /// <summary>The names of all of them: with another, arguments are a fault of the template.</summary>
    public static readonly IReadOnlyList<string> Names = ["Get", "Values", "Has", "Format", "AddDate"];

    public static bool Has(GoMap map, string name) => map switch
    {
        GoHeaders => name is "Get" or "Values",
        GoParameters => name is "Get" or "Has",
        _ => false,
    };

    public static object? Call(object? value, string name, object?[] arguments, RenderScope scope) => (value, name, arguments) switch
    {
        (GoHeaders headers, "Get", [string header]) => First(headers.Find(header)),
        (GoHeaders headers, "Values", [string header]) => GoList.Texts(headers.Find(header)),
        (GoParameters parameters, "Get", [string parameter]) => First(parameters.Find(parameter)),
        (GoParameters parameters, "Has", [string parameter]) => parameters.TryGet(parameter, out _),
        (GoTime time, "Format", [string layout]) => GoTimeLayout.Format(time.Moment, layout),
        (GoTime time, "AddDate", [nint years, nint months, nint days]) => AddDate(time, years, months, days, scope),
        _ => scope.Fail($"'{name}' is no method there, or its arguments do not fit"),
    };

    private static string First(IReadOnlyList<string> values) => values.Count > 0 ? values[0] : "";

    private static object? AddDate(GoTime time, nint years, nint months, nint days, RenderScope scope)
    {
        var date = time.Moment;
        var month = ((date.Year + (long)Math.Clamp(years, -20_000, 20_000)) * 12) + date.Month - 1 + Math.Clamp(months, -240_000, 240_000);
        if (month < 12 || month >= 120_000)
        {
            return scope.Fail("the date is out of range");
        }

        // As in Go, the 31st of a shorter month is a day of the next.
        var first = new DateTimeOffset((int)(month / 12), (int)(month % 12) + 1, 1, 0, 0, 0, date.Offset).Add(date.TimeOfDay);
        var added = date.Day - 1 + (double)Math.Clamp(days, -8_000_000, 8_000_000);
        return (first - DateTimeOffset.MinValue).TotalDays + added is >= 1 and < 3_652_000 ? new GoTime(first.AddDays(added)) : scope.Fail("the date is out of range");
    }
}
