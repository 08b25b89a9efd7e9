using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace AuthProxy.Rules.Templates.Values;

/// <summary>A map of names to values; its names come sorted, as Go's templates walk and print them.</summary>
internal abstract class GoMap
{
    public abstract string Type { get; }

    public abstract int Count { get; }

    /// <summary>What a name that is not there has.</summary>
    public virtual object? Zero => null;

    /// <summary>Go's map that was never made: empty, but <c>null</c> in JSON.</summary>
    public virtual bool IsNil => false;

    public abstract IEnumerable<string> Names { get; }

    public abstract bool TryGet(string name, out object? value);

    public object? Get(string name) => TryGet(name, out var value) ? value : Zero;

    /// <summary>A map of the template's own with the same members.</summary>
    public GoDictionary Copy()
    {
        var copy = new GoDictionary();
        foreach (var name in Names)
        {
            copy.Set(name, Get(name));
        }

        return copy;
    }
}

/// <summary>A map that a template made; the only kind that <c>set</c> changes in place.</summary>
internal sealed class GoDictionary(string type = GoDictionary.OfAny, object? zero = null) : GoMap
{
    public const string OfAny = "map[string]interface {}";
    public const string OfTexts = "map[string]string";

    private readonly SortedDictionary<string, object?> _members = new(StringComparer.Ordinal);

    public override string Type => type;

    public override int Count => _members.Count;

    public override object? Zero => zero;

    // A copy: the template may set a member while it walks over them.
    public override IEnumerable<string> Names => [.. _members.Keys];

    public override bool TryGet(string name, out object? value) => _members.TryGetValue(name, out value);

    public void Set(string name, object? value) => _members[name] = value;

    public void Remove(string name) => _members.Remove(name);
}

/// <summary>No claims at all.</summary>
internal sealed class GoNilMap : GoMap
{
    public static readonly GoNilMap Instance = new();

    public override string Type => GoDictionary.OfAny;

    public override int Count => 0;

    public override bool IsNil => true;

    public override IEnumerable<string> Names => [];

    public override bool TryGet(string name, out object? value)
    {
        value = null;
        return false;
    }
}

/// <summary>A JSON object of the request's, read in place.</summary>
internal sealed class GoJsonObject(JsonElement json) : GoMap
{
    private SortedDictionary<string, JsonElement>? _members;

    public override string Type => GoDictionary.OfAny;

    public override int Count => Members.Count;

    public override IEnumerable<string> Names => Members.Keys;

    private SortedDictionary<string, JsonElement> Members => _members ??= Read();

    public override bool TryGet(string name, out object? value)
    {
        value = null;
        if (!GoValue.TryGetMember(json, name, out var member))
        {
            return false;
        }

        value = GoValue.Of(member);
        return true;
    }

    // A member that stands twice counts as its last, as in Go.
    private SortedDictionary<string, JsonElement> Read()
    {
        var members = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            members[JsonText.NameOf(member)] = member.Value;
        }

        return members;
    }
}

/// <summary>Names with several values each: the parameters of a query.</summary>
internal sealed class GoParameters(SortedDictionary<string, IReadOnlyList<string>> values) : GoMap
{
    public override string Type => "url.Values";

    public override int Count => values.Count;

    public override object Zero => GoList.NilTexts;

    public override IEnumerable<string> Names => values.Keys;

    public IReadOnlyList<string> Find(string name) => values.GetValueOrDefault(name, []);

    public override bool TryGet(string name, [NotNullWhen(true)] out object? value)
    {
        value = values.TryGetValue(name, out var found) ? GoList.Texts(found) : null;
        return value is not null;
    }
}

/// <summary>Headers under their canonical names. One header is looked up without a look at the others.</summary>
/// <param name="headers">Where they are.</param>
/// <param name="nilWhenEmpty">Whether there is no map before there is a header.</param>
internal sealed class GoHeaders(TemplateHeaders headers, bool nilWhenEmpty = false) : GoMap
{
    private SortedDictionary<string, IReadOnlyList<string>>? _all;

    public override string Type => "http.Header";

    public override int Count => All.Count;

    public override bool IsNil => nilWhenEmpty && Count == 0;

    public override object Zero => GoList.NilTexts;

    public override IEnumerable<string> Names => All.Keys;

    private SortedDictionary<string, IReadOnlyList<string>> All => _all ??= Read();

    public IReadOnlyList<string> Find(string name) => IsOfMessage(name) ? headers.Find(name) : [];

    public override bool TryGet(string name, [NotNullWhen(true)] out object? value)
    {
        value = HeaderName.Canonical(name) == name && Find(name) is { Count: > 0 } found ? GoList.Texts(found) : null;
        return value is not null;
    }

    // Go's server keeps these two apart from the headers.
    private static bool IsOfMessage(string name) =>
        !name.Equals("Host", StringComparison.OrdinalIgnoreCase) && !name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase);

    private SortedDictionary<string, IReadOnlyList<string>> Read()
    {
        var all = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (name, values) in headers.All)
        {
            if (IsOfMessage(name) && values.Count > 0)
            {
                all[HeaderName.Canonical(name)] = values;
            }
        }

        return all;
    }
}

/// <summary>Header names as Go writes them: <c>x-request-id</c> is <c>X-Request-Id</c>.</summary>
internal static class HeaderName
{
    public static string Canonical(string name) => string.Create(name.Length, name, static (canonical, name) =>
    {
        for (var i = 0; i < canonical.Length; i++)
        {
            canonical[i] = i == 0 || name[i - 1] == '-' ? char.ToUpperInvariant(name[i]) : char.ToLowerInvariant(name[i]);
        }
    });
}
