using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates.Functions;

/// <summary>
/// One call with its arguments. An argument of another type than the function takes fails the rendering, as in Go; what is given instead
/// only keeps the function going until that is seen.
/// </summary>
internal readonly struct FunctionCall(RenderScope scope, TemplateFunction function, object?[] arguments)
{
    public RenderScope Scope => scope;

    public int Count => arguments.Length;

    public ReadOnlySpan<object?> All => arguments;

    public object? this[int index] => arguments[index];

    public object? Last => arguments[^1];

    public object?[] From(int index) => arguments[index..];

    public string Text(int index) => arguments[index] as string ?? (string)Mismatch(index, "a text", "");

    /// <summary>A whole number within what sizes and positions can be.</summary>
    public int Whole(int index) => arguments[index] switch
    {
        nint or long or byte => (int)Math.Clamp(GoNumber.ToWhole(arguments[index]), int.MinValue / 2, int.MaxValue / 2),
        _ => (int)Mismatch(index, "a whole number", 0),
    };

    public bool Flag(int index) => arguments[index] as bool? ?? (bool)Mismatch(index, "true or false", false);

    public GoList List(int index) => arguments[index] as GoList ?? (GoList)Mismatch(index, "a list", GoList.Nil);

    public GoMap Map(int index) => arguments[index] as GoMap ?? (GoMap)Mismatch(index, "an object", GoNilMap.Instance);

    public GoTime Time(int index) => arguments[index] as GoTime ?? (GoTime)Mismatch(index, "a time", GoTime.Zero);

    public GoRegex Pattern => (GoRegex)arguments[0]!;

    /// <summary>Fails the rendering in the function's name.</summary>
    public object? Fail(string why) => scope.Fail($"{function.Name}: {why}");

    /// <summary>A text that may have become too long, before it is made.</summary>
    public bool Allows(long length)
    {
        if (length > TemplateLimits.TextLength)
        {
            Fail("the text becomes too long");
        }

        return scope.Charge(length / 16);
    }

    /// <summary>A list that may have become too long, before it is made.</summary>
    public bool AllowsItems(long count)
    {
        if (count > TemplateLimits.ListLength)
        {
            Fail("the list becomes too long");
        }

        return scope.Charge(count);
    }

    public string Print(object? value) => GoText.Of(value, scope);

    private object Mismatch(int index, string expected, object instead)
    {
        Fail($"argument {index + 1} is not {expected}");
        return instead;
    }
}
