namespace AuthProxy.Rules.Grants;

/// <summary>
/// The part of JSONPath (RFC 9535) that selectors use: <c>$</c>, <c>.name</c>, <c>['name']</c>, <c>[n]</c> from 0, <c>[*]</c>,
/// <c>.*</c>, <c>..name</c>, <c>..['name']</c>, <c>..*</c>, <c>..[n]</c> and <c>..[*]</c>. No filters, slices, unions, negative indexes.
/// </summary>
/// <remarks>
/// Names are compared without case, other than in the RFC, and <c>[0]</c> is also the member <c>"0"</c>: many readers of JSON take
/// <c>SSN_Token</c> for <c>ssn_token</c>, and what they would read has to be verified.
/// </remarks>
internal sealed class JsonPath
{
    /// <summary>The states of a path have to fit into one word.</summary>
    public const int MaximumSteps = 32;

    private readonly JsonPathStep[] _steps;

    private JsonPath(JsonPathStep[] steps) => _steps = steps;

    /// <summary>The state of a root value: nothing of the path has been walked.</summary>
    public const ulong Start = 1;

    /// <summary>Whether a value with these states is one that the path selects.</summary>
    public bool Selects(ulong states) => (states & (1UL << _steps.Length)) != 0;

    /// <summary>The states of the member of an object that has these states.</summary>
    public ulong OfMember(ulong states, string name) => Next(states, name, -1);

    /// <summary>The states of an element of an array that has these states.</summary>
    public ulong OfElement(ulong states, int index) => Next(states, null, index);

    /// <summary>Null where the text is not of the subset; then <paramref name="fault"/> says why.</summary>
    public static JsonPath? TryParse(string text, out string fault) =>
        new JsonPathReader(text).Read(out fault) is { } steps ? new JsonPath(steps) : null;

    // Each bit says "so many steps have been taken on the way here"; all ways are walked at once.
    private ulong Next(ulong states, string? name, int index)
    {
        ulong next = 0;
        for (var i = 0; i < _steps.Length; i++)
        {
            if ((states & (1UL << i)) == 0)
            {
                continue;
            }

            if (_steps[i].Fits(name, index))
            {
                next |= 1UL << (i + 1);
            }

            if (_steps[i].Descends)
            {
                next |= 1UL << i;
            }
        }

        return next;
    }
}

/// <param name="Name">The member's name; null where the step is no member's.</param>
/// <param name="Index">The element's index; null where the step is no element's. Both null: any member or element.</param>
/// <param name="Descends">Whether the step may be taken at any depth below.</param>
internal readonly record struct JsonPathStep(string? Name, int? Index, bool Descends)
{
    public bool Fits(string? name, int index) =>
        Name is not null ? (name is null ? LenientName.SameIndex(Name, index) : LenientName.Same(name, Name))
        : Index is not { } wanted || (name is null ? index == wanted : LenientName.SameIndex(name, wanted));
}
