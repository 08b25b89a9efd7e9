using System.Text.Json;

namespace AuthProxy.Rules.Templates.Values;

/// <summary>A list as templates know it.</summary>
/// <param name="items">Never changed after.</param>
/// <param name="type">Go's name of the type, which <c>typeOf</c> tells.</param>
internal sealed class GoList(IReadOnlyList<object?> items, string type = GoList.OfAny)
{
    public const string OfAny = "[]interface {}";
    public const string OfTexts = "[]string";
    public const string OfNumbers = "[]int";
    public const string OfLists = "[][]interface {}";

    /// <summary>Go's slice without an array behind it: empty, but <c>null</c> in JSON.</summary>
    public static readonly GoList Nil = new([]);

    public static readonly GoList NilTexts = new([], OfTexts);

    public IReadOnlyList<object?> Items => items;

    public int Count => items.Count;

    public string Type => type;

    public bool IsNil => ReferenceEquals(this, Nil) || ReferenceEquals(this, NilTexts);

    public static GoList Texts(IReadOnlyList<string> texts) => new(texts, OfTexts);

    public static GoList Of(JsonElement array)
    {
        var items = new object?[array.GetArrayLength()];
        foreach (var (index, item) in array.EnumerateArray().Index())
        {
            items[index] = GoValue.Of(item);
        }

        return new GoList(items);
    }
}
