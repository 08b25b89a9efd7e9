using System.Diagnostics.CodeAnalysis;

namespace AuthProxy.Hosting.Configuration;

/// <summary>Makes a value of one written word. False with the reason, which says what would be right.</summary>
public delegate bool ScalarParser<T>(string text, [MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out string? why);

/// <summary>A single value.</summary>
/// <param name="indefinite">The type with its article, for faults: <c>a duration</c>.</param>
internal sealed class ScalarSchema<T>(string typeName, string indefinite, ScalarParser<T> parse, Action<JsonSchemaWriter> describe, Func<T, string>? show = null) : Schema<T>
{
    private const int ShownLength = 80;

    internal override string TypeName => typeName;

    public override bool TryRead(ConfigNode node, ConfigFaults faults, [MaybeNullWhen(false)] out T value)
    {
        if (node is not ConfigScalar scalar)
        {
            return Fail(node, faults, $"is {node.Kind}; write {indefinite}", out value);
        }

        // Silence must not mean "no limit" or "no check": an empty value is never taken as an absent key.
        if (scalar.IsNull)
        {
            return Fail(node, faults, $"is empty; write {indefinite} or remove the key", out value);
        }

        return parse(scalar.Text, out value, out var why) || Fail(node, faults, $"is {Shown(scalar.Text)}; {why}", out value);
    }

    internal override void WriteJson(JsonSchemaWriter writer) => describe(writer);

    internal override string? Show(T value) => show is not null ? show(value) : value?.ToString();

    private static string Shown(string text)
    {
        // An address may carry a password before its '@'.
        if (text.Contains("://", StringComparison.Ordinal) && text.Contains('@', StringComparison.Ordinal))
        {
            return "not right";
        }

        var clean = string.Concat(text.Take(ShownLength).Select(c => char.IsControl(c) ? '?' : c));
        return clean.Length == 0 ? "empty" : text.Length > ShownLength ? clean + "…" : clean;
    }
}
