using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates.Functions;

/// <summary>Functions that choose, or say what a value is.</summary>
internal static class ChoiceFunctions
{
    public static readonly IReadOnlyList<TemplateFunction> All =
    [
        new("default", "default values…", "the value, or the default where it is empty", call => call.Count > 1 && GoValue.IsTrue(call[1]) ? call[1] : call[0]),
        new("empty", "value", "whether a value is empty: nothing, zero, false, no elements", call => !GoValue.IsTrue(call[0])),
        new("coalesce", "values…", "the first that is not empty", call => call.From(0).FirstOrDefault(GoValue.IsTrue)),
        new("all", "values…", "whether none is empty", call => call.From(0).All(GoValue.IsTrue)),
        new("any", "values…", "whether one is not empty", call => call.From(0).Any(GoValue.IsTrue)),
        new("ternary", "one other condition", "the one where the condition is true, else the other", call => call.Flag(2) ? call[0] : call[1]),
        new("fail", "message", "no text: the request is refused", call => Refuse(call, call.Text(0))) { IsPure = false },
        new("required", "message value", "the value; the request is refused where it is missing or the empty text", call =>
            call[1] is null or "" ? Refuse(call, call.Text(0)) : call[1]),
        new("typeOf", "value", "Go's type of the value", call => GoValue.TypeOf(call[0])),
        new("typeIs", "type value", "whether it is of that type", call => call.Text(0) == GoValue.TypeOf(call[1])),
        new("typeIsLike", "type value", "whether it is of that type, or points to it", call => call.Text(0) is var type && GoValue.TypeOf(call[1]) is var actual && (actual == type || actual == "*" + type)),
        new("kindOf", "value", "Go's kind of the value: string, float64, slice, map, …", call => GoValue.KindOf(call[0])),
        new("kindIs", "kind value", "whether it is of that kind", call => call.Text(0) == GoValue.KindOf(call[1])),
        new("deepEqual", "one other", "whether two values are equal in everything inside", call => GoCompare.AreDeepEqual(call[0], call[1], call.Scope)),
        new("uuidv4", "", "a random UUID", _ => Guid.NewGuid().ToString("D")) { IsPure = false },
    ];

    // A message that was made of values would carry them into the log.
    private static object? Refuse(FunctionCall call, string message) => call.Fail(call.Scope.IsOfTemplate(message)
        ? new string([.. message.Take(200).Select(character => char.IsControl(character) ? ' ' : character)])
        : "the template refuses the request");
}
