using System.Text.Json;
using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates.Expressions;

/// <summary><c>.Subject</c> of the session: on every request's path.</summary>
internal sealed class SubjectExpression : TemplateExpression
{
    public override object? Evaluate(RenderScope scope) => scope.Session.Values.Subject;
}

/// <summary><c>.Extra.a.b</c> of the session, without making anything of what lies on the way.</summary>
/// <param name="names">The members on the way; at least one.</param>
internal sealed class ClaimExpression(IReadOnlyList<string> names) : TemplateExpression
{
    public override object? Evaluate(RenderScope scope)
    {
        if (scope.Session.Values.Extra is not { ValueKind: JsonValueKind.Object } json)
        {
            return names.Count == 1 ? null : scope.Fail(MemberExpression.Missing(names[0], names[1]));
        }

        for (var i = 0; i < names.Count; i++)
        {
            if (json.ValueKind != JsonValueKind.Object)
            {
                return scope.Fail(json.ValueKind == JsonValueKind.Null ? MemberExpression.Missing(names[i - 1], names[i]) : MemberExpression.None(names[i]));
            }

            if (!GoValue.TryGetMember(json, names[i], out json))
            {
                // As in Go: a missing key is nothing, but nothing has no members.
                return i == names.Count - 1 ? null : scope.Fail(MemberExpression.Missing(names[i], names[i + 1]));
            }
        }

        return GoValue.Of(json);
    }
}

/// <summary><c>x.name</c>: a field, a key, or a method without arguments.</summary>
/// <param name="of">What has it.</param>
/// <param name="before">The name before, for the fault.</param>
/// <param name="name">The member.</param>
internal sealed class MemberExpression(TemplateExpression of, string before, string name) : TemplateExpression(Above(of))
{
    /// <summary>What has the member.</summary>
    public TemplateExpression Of => of;

    public static string Missing(string before, string name) => $"'{before}' is missing, so it has no '{name}'";

    public static string None(string name) => $"there is nothing with members where '{name}' is looked for";

    public override object? Evaluate(RenderScope scope)
    {
        var value = of.Evaluate(scope);
        if (scope.Failed || !scope.Charge(1))
        {
            return null;
        }

        switch (value)
        {
            case GoMap map when GoMethods.Has(map, name):
                return scope.Fail($"'{name}' needs an argument");
            case GoMap map:
                return map.Get(name);
            case IGoStruct structure:
                return structure.TryMember(name, scope, out var member) ? member : scope.Fail($"{structure.Type} has no '{name}'");
            case null:
                return scope.Fail(Missing(before, name));
            default:
                return scope.Fail(None(name));
        }
    }
}

/// <summary><c>x.name argument</c>: a method.</summary>
internal sealed class MethodExpression(TemplateExpression of, string name, IReadOnlyList<TemplateExpression> arguments) : TemplateExpression(Above([of, .. arguments]))
{
    public override object? Evaluate(RenderScope scope)
    {
        var value = of.Evaluate(scope);
        var given = new object?[arguments.Count];
        for (var i = 0; i < given.Length && !scope.Failed; i++)
        {
            given[i] = arguments[i].Evaluate(scope);
        }

        return scope.Failed || !scope.Charge(given.Length) ? null : GoMethods.Call(value, name, given, scope);
    }
}
