using System.Text.Json;

namespace AuthProxy.Rules.Templates.Values;

/// <summary>
/// The values of templates, in .NET's types: null, <see cref="bool"/>, <see cref="string"/>, Go's int as <see cref="nint"/>, its int64 as
/// <see cref="long"/>, byte, float64 as <see cref="double"/>, <see cref="GoList"/>, <see cref="GoMap"/> and <see cref="IGoStruct"/>.
/// </summary>
internal static class GoValue
{
    /// <summary>What Go's reader makes of JSON: every number is a float64.</summary>
    public static object? Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => new GoJsonObject(json),
        JsonValueKind.Array => GoList.Of(json),
        JsonValueKind.String => JsonText.Of(json),
        JsonValueKind.Number => json.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>Members whose names are no text are not found, rather than an exception.</summary>
    public static bool TryGetMember(JsonElement json, string name, out JsonElement member)
    {
        try
        {
            return json.TryGetProperty(name, out member);
        }
        catch (InvalidOperationException)
        {
            // Some name on the way holds half of a surrogate pair in an escape, which the reader will not compare.
            member = default;
            var found = false;
            foreach (var candidate in json.EnumerateObject())
            {
                if (JsonText.NameOf(candidate) == name)
                {
                    (member, found) = (candidate.Value, true);
                }
            }

            return found;
        }
    }

    /// <summary>Whether <c>if</c> takes the value for true: what is not empty and not zero.</summary>
    public static bool IsTrue(object? value) => value switch
    {
        null => false,
        bool flag => flag,
        string text => text.Length > 0,
        nint or long or byte => GoNumber.ToWhole(value) != 0,
        double number => number != 0,
        GoList list => list.Count > 0,
        GoMap map => map.Count > 0,
        _ => true,
    };

    /// <summary>Go's name of the value's type.</summary>
    public static string TypeOf(object? value) => value switch
    {
        null => "<nil>",
        bool => "bool",
        string => "string",
        nint => "int",
        long => "int64",
        byte => "uint8",
        double => "float64",
        GoList list => list.Type,
        GoMap map => map.Type,
        IGoStruct structure => structure.Type,
        _ => "interface {}",
    };

    /// <summary>Go's name of the kind of type it is.</summary>
    public static string KindOf(object? value) => value switch
    {
        null => "invalid",
        GoList => "slice",
        GoMap => "map",
        IGoStruct structure => structure.Type.StartsWith('*') ? "ptr" : "struct",
        _ => TypeOf(value),
    };
}
