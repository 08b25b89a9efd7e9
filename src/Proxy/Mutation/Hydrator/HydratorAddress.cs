using AuthProxy.Proxy.Authorization.Grants;

namespace AuthProxy.Proxy.Mutation.Hydrator;

/// <summary>Where the service is asked: its own address, and behind its own query perhaps the client's.</summary>
internal sealed class HydratorAddress
{
    private readonly Uri _address;
    private readonly bool _forwardQuery;
    private readonly string[] _own;

    public HydratorAddress(Uri address, bool forwardQuery)
    {
        _address = new Uri(address.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.Fragment, UriFormat.UriEscaped));
        _forwardQuery = forwardQuery;
        _own = [.. Parameters(_address.Query).Select(NameOf)];
    }

    /// <summary>A parameter that the rule's author wrote is the author's: the client's of that name, as any reader may spell it, stay away.</summary>
    /// <param name="query">The client's, with its question mark; may be empty.</param>
    public Uri For(string query)
    {
        if (!_forwardQuery || query.Length <= 1)
        {
            return _address;
        }

        var added = string.Join('&', _own.Length == 0 ? [query[1..]] : Parameters(query).Where(parameter => !IsOwn(NameOf(parameter))));
        return added.Length == 0 ? _address : new UriBuilder(_address) { Query = _own.Length == 0 ? added : $"{_address.Query[1..]}&{added}" }.Uri;
    }

    private bool IsOwn(string name) => _own.Any(own => LooseQueryNames.AreEqual(name, own));

    // Some servers separate at a semicolon too.
    private static string[] Parameters(string query) => query.TrimStart('?').Split(['&', ';'], StringSplitOptions.RemoveEmptyEntries);

    private static string NameOf(string parameter) => Uri.UnescapeDataString(parameter.Split('=')[0].Replace('+', ' '));
}
