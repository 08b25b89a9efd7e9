using System.Buffers;
using AuthProxy.Proxy.Addresses;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>
/// Where a login may lead back to: public hosts of this Proxy and nowhere else. Texts are compared, not interpreted: what two parsers
/// could understand differently is refused.
/// </summary>
internal sealed class ReturnAddresses(PublicAddresses addresses, string prefix)
{
    /// <summary>So long that a sealed state still fits into an address everywhere.</summary>
    private const int MaximumLength = 2000;

    private static readonly SearchValues<char> Visible =
        SearchValues.Create("!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>The absolute address, or null where <paramref name="text"/> leads elsewhere. Nothing given leads to the start page.</summary>
    public string? Resolve(string? text, PublicAddress current)
    {
        if (string.IsNullOrEmpty(text))
        {
            return current.Origin + "/";
        }

        // No backslash and no control character: browsers turn the one into a slash and drop the other.
        if (text.Length > MaximumLength || text.AsSpan().ContainsAnyExcept(Visible))
        {
            return null;
        }

        if (text[0] == '/')
        {
            return text.StartsWith("//", StringComparison.Ordinal) ? null : Absolute(current, text);
        }

        foreach (var address in addresses.All)
        {
            if (text.Equals(address.Origin, StringComparison.Ordinal))
            {
                return address.Origin + "/";
            }

            if (text.StartsWith(address.Origin, StringComparison.Ordinal) && text[address.Origin.Length] == '/')
            {
                return Absolute(address, text[address.Origin.Length..]);
            }
        }

        return null;
    }

    /// <summary>The host of an address that <see cref="Resolve"/> gave.</summary>
    public static string HostOf(string address)
    {
        var host = address[(address.IndexOf("://", StringComparison.Ordinal) + 3)..];
        return host.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? host[..slash] : host;
    }

    /// <summary>Where a request that needs a login wanted to go; for what cannot be asked again in the same way, the start page.</summary>
    public string Of(FrozenRequest request)
    {
        var target = request.Target.ToString();
        return (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) ? Resolve(target, request.Address) : null)
            ?? request.Address.Origin + "/";
    }

    // Our own pages are no place to come back to: the login page least of all.
    private string Absolute(PublicAddress address, string path) =>
        address.Origin + (path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? "/" : path);
}
