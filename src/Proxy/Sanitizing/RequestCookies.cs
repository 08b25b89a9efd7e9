using System.Text;
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
        names.Count == 0 ? header : Without(header, new AnyOf(names).Names);

    /// <summary>The header without these cookies; empty where nothing is left.</summary>
    public static StringValues Without(StringValues header, CookieFilter goes)
    {
        StringBuilder? kept = null;
        foreach (var line in header)
        {
            var cookies = line.AsSpan();
            foreach (var range in cookies.Split(';'))
            {
                var cookie = cookies[range].Trim();
                if (!cookie.IsEmpty && !goes(cookie))
                {
                    kept = (kept is null ? new StringBuilder() : kept.Append("; ")).Append(cookie);
                }
            }
        }

        return kept is null ? StringValues.Empty : kept.ToString();
    }

    /// <summary>Which cookies are meant, by name and value as they stand in the header.</summary>
    public delegate bool CookieFilter(ReadOnlySpan<char> cookie);

    private sealed class AnyOf(IReadOnlyList<string> names)
    {
        public bool Names(ReadOnlySpan<char> cookie)
        {
            // A quotation mark before the name is read over by some servers.
            var equals = cookie.IndexOf('=');
            var named = (equals < 0 ? cookie : cookie[..equals]).Trim(" \t\"");
            for (var index = 0; index < names.Count; index++)
            {
                if (named.SequenceEqual(names[index]))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
