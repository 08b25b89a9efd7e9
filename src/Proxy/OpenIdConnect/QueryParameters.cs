namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>The parameters of a query. One that comes twice has no value: whoever reads the other one would be fooled.</summary>
internal sealed class QueryParameters
{
    private readonly Dictionary<string, string?> _values = new(StringComparer.Ordinal);

    private QueryParameters()
    {
    }

    /// <summary>Whether any of the names comes more than once.</summary>
    public bool HasRepeated(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_values.TryGetValue(name, out var value) && value is null)
            {
                return true;
            }
        }

        return false;
    }

    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <param name="query">With its question mark, or empty.</param>
    public static QueryParameters Parse(string query)
    {
        var parameters = new QueryParameters();
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            if (!parameters._values.TryAdd(name, equals < 0 ? "" : Decode(pair[(equals + 1)..])))
            {
                parameters._values[name] = null;
            }
        }

        return parameters;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
