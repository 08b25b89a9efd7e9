using System.Collections.Frozen;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Sanitizing;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AuthProxy.Proxy.Remotes;

/// <summary>The headers of questions to services: fixed ones that a rule names, and copies of the client's.</summary>
internal static class ServiceHeaders
{
    private const string ForwardedHost = "X-Forwarded-Host";

    // About this connection or this message and no other (RFC 9110, sections 6.4 and 7.6.1). Accept-Encoding, because answers are read as they come.
    private static readonly FrozenSet<string> NeverSent = new[]
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "HTTP2-Settings", "Host", "Expect", "Accept-Encoding",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Fixed headers, checked: a line break in one would begin another.</summary>
    public static Setting<IReadOnlyDictionary<string, string>> FixedHeaders(this ObjectDeclaration o, string name, string sentence) =>
        o.Map(name, "header", Declare.Text, sentence)
            .Must(map => map.Keys.All(IsName), "write header names of letters, digits and -")
            .Must(map => map.Keys.All(MaySend), "leave out what belongs to the connection or the body (Host, Connection, Content-Length, Transfer-Encoding, …)")
            .Must(map => map.Values.All(IsValue), "write values of printable ASCII characters");

    /// <summary>Whether the text can be a header's name; RFC 9110, section 5.6.2 allows more, which only helps to confuse.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= 256 && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');

    public static bool IsValue(string text) => text.All(character => character is >= ' ' and <= '~');

    /// <summary>Whether a question may carry the header at all.</summary>
    public static bool MaySend(string name) => !NeverSent.Contains(name) && !name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);

    /// <summary>Copies a header of the client's; our own cookies never go along.</summary>
    public static void CopyTo(this FrozenRequest received, string name, List<KeyValuePair<string, string>> headers)
    {
        foreach (var value in ValuesOf(received, name))
        {
            if (!string.IsNullOrEmpty(value))
            {
                headers.Add(KeyValuePair.Create(name, value));
            }
        }
    }

    /// <summary>Sets fixed headers over what was copied.</summary>
    public static void Set(this List<KeyValuePair<string, string>> headers, IEnumerable<KeyValuePair<string, string>> over)
    {
        foreach (var header in over)
        {
            headers.Set(header.Key, header.Value);
        }
    }

    /// <summary>Sets one header over what is there.</summary>
    public static void Set(this List<KeyValuePair<string, string>> headers, string name, string value)
    {
        headers.RemoveAll(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
        headers.Add(KeyValuePair.Create(name, value));
    }

    /// <summary>Tells the service which host the client asked.</summary>
    public static void SetForwardedHost(this List<KeyValuePair<string, string>> headers, FrozenRequest received) => headers.Set(ForwardedHost, received.Address.Host);

    // How the request came here is ours to say: the client's own word for it would steer the service.
    private static StringValues ValuesOf(FrozenRequest received, string name) =>
        name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase) ? OwnCookies.Without(received.Headers.Cookie)
        : !HeaderSpelling.StartsWith(name, "X-Forwarded-") && !name.Equals("Forwarded", StringComparison.OrdinalIgnoreCase) ? received.Headers[name]
        : name.ToUpperInvariant() switch
        {
            "X-FORWARDED-FOR" => received.Client.ToString(),
            "X-FORWARDED-PROTO" => received.Address.Scheme,
            "X-FORWARDED-HOST" => received.Address.Host,
            _ => StringValues.Empty,
        };
}
