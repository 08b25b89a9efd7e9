using AuthProxy.Rules.Templates;

namespace AuthProxy.Proxy.Mutation;

/// <summary>The headers that authorizers and mutators set on the upstream request, in order; a name set again replaces the earlier value.</summary>
internal sealed class IdentityHeaders
{
    private readonly List<KeyValuePair<string, string>> _headers = new(4);

    public IReadOnlyList<KeyValuePair<string, string>> All => _headers;

    /// <summary>The same as templates see them.</summary>
    public TemplateHeaders ForTemplates => new(
        name => [.. _headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value)],
        () => _headers.Select(header => KeyValuePair.Create<string, IReadOnlyList<string>>(header.Key, [header.Value])));

    /// <summary>The headers as they are now, for <see cref="RollBack"/>.</summary>
    public IdentityMark Mark() => new(_headers.Count == 0 ? [] : [.. _headers]);

    /// <summary>Forgets everything that was set since, replaced values included: who did not decide has nothing to tell the upstream.</summary>
    public void RollBack(IdentityMark mark)
    {
        _headers.Clear();
        _headers.AddRange(mark.Headers);
    }

    /// <summary>
    /// Sets a header for the upstream. Characters outside printable ASCII are sent as percent-encoded UTF-8, so that no
    /// name of a person can end or begin a header line and every upstream reads the same bytes.
    /// </summary>
    public void Set(string name, string value) => Put(name, HeaderText.Encode(value));

    /// <summary>Sets a header whose value is one already (a cookie list, a token, what a service answered): sent character for character.</summary>
    public void SetAsIs(string name, string value) => Put(name, HeaderText.IsOneLine(value)
        ? value
        : throw new ArgumentException("the value holds what no header may hold", nameof(value)));

    /// <summary>What was set under a name; null where nothing was.</summary>
    public string? Find(string name) => _headers.Find(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Value;

    private void Put(string name, string value)
    {
        var header = KeyValuePair.Create(name, value);
        for (var index = 0; index < _headers.Count; index++)
        {
            if (string.Equals(_headers[index].Key, name, StringComparison.OrdinalIgnoreCase))
            {
                _headers[index] = header;
                return;
            }
        }

        _headers.Add(header);
    }
}

/// <summary>Identity headers as they were at one moment.</summary>
/// <param name="Headers">A copy of its own.</param>
internal readonly record struct IdentityMark(IReadOnlyList<KeyValuePair<string, string>> Headers);
