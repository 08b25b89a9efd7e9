namespace AuthProxy.Proxy.Errors.Redirect;

/// <summary>An address with a query parameter for where to come back to. Taken apart once, when the rule loads.</summary>
internal sealed class ReturningAddress
{
    private readonly string _before;
    private readonly string _after;

    /// <param name="to">The address, perhaps with a query and a fragment of its own.</param>
    /// <param name="parameter">The parameter's name. One that the address has already is replaced: of two, readers take one or the other.</param>
    public ReturningAddress(string to, string parameter)
    {
        var name = Uri.EscapeDataString(parameter);
        var hash = to.IndexOf('#', StringComparison.Ordinal);
        var address = hash < 0 ? to : to[..hash];
        var question = address.IndexOf('?', StringComparison.Ordinal);
        var others = question < 0 ? [] : address[(question + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries).Where(one => NameOf(one) != parameter);
        _before = $"{(question < 0 ? address : address[..question])}?{string.Concat(others.Select(one => one + "&"))}{name}=";
        _after = hash < 0 ? "" : to[hash..];
    }

    public string For(string returnTo) => string.Concat(_before, Uri.EscapeDataString(returnTo), _after);

    private static string NameOf(string parameter) => Uri.UnescapeDataString(parameter.Split('=')[0].Replace('+', ' '));
}
