using System.Text.Json;

namespace AuthProxy.Rules.Requirements;

/// <summary>What one claim must say, compared character for character. A claim that is missing or no text satisfies nothing, not even <c>none</c>.</summary>
/// <param name="Claim">The claim's exact name, or a dotted path into objects (<c>realm_access.roles</c>).</param>
public sealed record ClaimCondition(string Claim)
{
    /// <summary>The claim holds one of these; empty: not asked.</summary>
    public IReadOnlyList<string> Any { get; init; } = [];

    /// <summary>The claim holds each of these; empty: not asked.</summary>
    public IReadOnlyList<string> All { get; init; } = [];

    /// <summary>The claim holds none of these; empty: not asked.</summary>
    public IReadOnlyList<string> None { get; init; } = [];

    /// <summary>The claim is this one value and no other; null: not asked.</summary>
    public string? Exactly { get; init; }

    /// <summary>Why the claims do not satisfy the condition; null where they do.</summary>
    internal string? WhyNot(JsonElement claims)
    {
        if (!TryFind(claims, out var claim))
        {
            return "the claim is missing";
        }

        if (!TryReadValues(claim, out var values))
        {
            return "the claim is no text and no list of texts";
        }

        return Any.Count > 0 && !Any.Any(values.Contains) ? "the claim holds none of the values in 'any'"
            : !All.All(values.Contains) ? "the claim lacks a value of 'all'"
            : None.Any(values.Contains) ? "the claim holds a value of 'none'"
            : Exactly is not null && values is not [var only] ? "the claim does not hold exactly one value"
            : Exactly is not null && values[0] != Exactly ? "the claim is another value than in 'equals'"
            : null;
    }

    // The exact name goes first: "https://example.com/roles" is a name of its own, not a path.
    private bool TryFind(JsonElement claims, out JsonElement found)
    {
        found = default;
        if (claims.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        if (claims.TryGetProperty(Claim, out found))
        {
            return true;
        }

        found = claims;
        foreach (var part in Claim.Split('.'))
        {
            if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(part, out found))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryReadValues(JsonElement claim, out List<string> values)
    {
        values = [];
        if (claim.ValueKind != JsonValueKind.Array)
        {
            return TryAdd(claim, values);
        }

        foreach (var item in claim.EnumerateArray())
        {
            if (!TryAdd(item, values))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryAdd(JsonElement value, List<string> values)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                values.Add(value.GetString()!);
                return true;
            case JsonValueKind.True or JsonValueKind.False or JsonValueKind.Number:
                values.Add(value.GetRawText());
                return true;
            default:
                return false;
        }
    }
}
