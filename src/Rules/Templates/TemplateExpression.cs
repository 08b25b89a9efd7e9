using System.Text.Json;

namespace AuthProxy.Rules.Templates;

/// <summary>A value while a template is filled in: text, a list of texts, JSON, or nothing.</summary>
internal readonly record struct TemplateValue(object? Held)
{
    /// <summary>A key that is not there.</summary>
    public static readonly TemplateValue Missing = new(null);

    public static TemplateValue Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => Missing,
        JsonValueKind.String => new TemplateValue(json.GetString()),
        _ => new TemplateValue(json),
    };
}

/// <summary>One thing that can be evaluated; a fault instead of a value fails the template.</summary>
internal abstract record TemplateExpression
{
    public abstract (TemplateValue Value, string? Fault) Evaluate(TemplateValues values);

    protected static (TemplateValue, string?) Fail(string why) => (TemplateValue.Missing, why);
}

internal sealed record ConstantExpression(object Constant) : TemplateExpression
{
    public override (TemplateValue Value, string? Fault) Evaluate(TemplateValues values) => (new TemplateValue(Constant), null);
}

internal sealed record SubjectExpression : TemplateExpression
{
    public override (TemplateValue Value, string? Fault) Evaluate(TemplateValues values) => (new TemplateValue(values.Subject), null);
}

internal sealed record CapturesExpression : TemplateExpression
{
    public override (TemplateValue Value, string? Fault) Evaluate(TemplateValues values) =>
        values.Captures.TryReadAll(out var captures)
            ? (new TemplateValue(captures), null)
            : Fail("the rule's pattern came to no answer in time");
}

/// <param name="Names">The members on the way, from the claims on; empty for all claims.</param>
internal sealed record ExtraExpression(IReadOnlyList<string> Names) : TemplateExpression
{
    public override (TemplateValue Value, string? Fault) Evaluate(TemplateValues values)
    {
        var value = values.Extra is { } extra ? TemplateValue.Of(extra) : TemplateValue.Missing;
        for (var i = 0; i < Names.Count; i++)
        {
            // As in Go: a missing key is nothing, but nothing has no members.
            if (i > 0 && value == TemplateValue.Missing)
            {
                return Fail($"'{Names[i - 1]}' is missing, so it has no '{Names[i]}'");
            }

            if (value.Held is JsonElement json && json.ValueKind != JsonValueKind.Object || value.Held is string)
            {
                return Fail($"the claims hold no object where '{Names[i]}' is looked for");
            }

            value = value.Held is JsonElement claims && claims.TryGetProperty(Names[i], out var member) ? TemplateValue.Of(member) : TemplateValue.Missing;
        }

        return (value, null);
    }
}

/// <summary><c>print x</c>: nothing prints as nothing.</summary>
internal sealed record PrintExpression(TemplateExpression Argument) : TemplateExpression
{
    public override (TemplateValue Value, string? Fault) Evaluate(TemplateValues values)
    {
        var (value, fault) = Argument.Evaluate(values);
        return fault is null && value == TemplateValue.Missing ? (new TemplateValue(""), null) : (value, fault);
    }
}

/// <summary><c>index x i</c>, and <c>printIndex</c>, to which what is not there is empty.</summary>
internal sealed record IndexExpression(TemplateExpression Of, object At, bool Forgiving) : TemplateExpression
{
    public override (TemplateValue Value, string? Fault) Evaluate(TemplateValues values)
    {
        var (value, fault) = Of.Evaluate(values);
        if (fault is not null)
        {
            return (value, fault);
        }

        return Element(value.Held) is { } element ? (element, null)
            : Forgiving ? (new TemplateValue(""), null)
            : Fail("the index is out of range, or what is indexed is no list");
    }

    private TemplateValue? Element(object? held) => (held, At) switch
    {
        (IReadOnlyList<string> list, int at) => at < list.Count ? new TemplateValue(list[at]) : null,
        (JsonElement { ValueKind: JsonValueKind.Array } list, int at) => at < list.GetArrayLength() ? TemplateValue.Of(list[at]) : null,
        (JsonElement { ValueKind: JsonValueKind.Object } members, string name) =>
            members.TryGetProperty(name, out var member) ? TemplateValue.Of(member) : TemplateValue.Missing,
        _ => null,
    };
}

/// <summary><c>x | join ","</c>: a list in one text.</summary>
internal sealed record JoinExpression(TemplateExpression Argument, string Separator) : TemplateExpression
{
    public override (TemplateValue Value, string? Fault) Evaluate(TemplateValues values)
    {
        var (value, fault) = Argument.Evaluate(values);
        return fault is not null ? (value, fault) : (new TemplateValue(Join(value.Held)), null);
    }

    // As sprig's: nothing is an empty list, a single value a list of one, and nulls are passed over.
    private string Join(object? held) => held switch
    {
        null => "",
        IReadOnlyList<string> list => string.Join(Separator, list),
        JsonElement { ValueKind: JsonValueKind.Array } list => string.Join(
            Separator, list.EnumerateArray().Where(item => item.ValueKind != JsonValueKind.Null).Select(item => GoText.Of(TemplateValue.Of(item)))),
        _ => GoText.Of(new TemplateValue(held)),
    };
}
