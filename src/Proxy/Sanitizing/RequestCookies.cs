using Microsoft.Extensions.Primitives;

namespace AuthProxy.Proxy.Sanitizing;

/// <summary>The cookies of a request as they stand in its header; never what a web framework made of them.</summary>
internal static class RequestCookies
{
    /// <summary>The cookie's value, null where it is missing; and whether it stands there twice, so that two readers could take two.</summary>
    public static (string? Value, bool IsAmbiguous) Find(StringValues header, string name)
    {
        string? found = null;
        foreach (var line in header)
        {
            foreach (var range in line.AsSpan().Split(';'))
            {
                var cookie = line.AsSpan(range).Trim();
                var equals = cookie.IndexOf('=');
                if (equals < 0 || !cookie[..equals].TrimEnd().SequenceEqual(name))
                {
                    continue;
                }

                if (found is not null)
                {
                    return (null, true);
                }

                found = cookie[(equals + 1)..].Trim().ToString();
            }
        }

        return (found, false);
    }

    /// <summary>The header without the cookies of these names; empty where nothing is left.</summary>
    public static StringValues Without(StringValues header, IReadOnlyList<string> names) =>
        names.Count == 0 ? header : Without(header, cookie => names.Contains(NameOf(cookie), StringComparer.Ordinal));

    /// <summary>The header without these cookies; empty where nothing is left.</summary>
    public static StringValues Without(StringValues header, Func<string, bool> goes)
    {
        var kept = header.SelectMany(line => line?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
            .Where(cookie => !goes(cookie))
            .ToList();
        return kept.Count == 0 ? StringValues.Empty : string.Join("; ", kept);
    }

    // A quotation mark before the name is read over by some servers.
    private static string NameOf(string cookie) => cookie.Split('=', 2)[0].Trim(' ', '\t', '"');
}
