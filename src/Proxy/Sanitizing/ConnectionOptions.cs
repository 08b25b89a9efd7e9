using Microsoft.Extensions.Primitives;

namespace AuthProxy.Proxy.Sanitizing;

/// <summary>The header names in Connection (RFC 9110, section 7.6.1): what the client means for us alone.</summary>
internal static class ConnectionOptions
{
    public static bool Name(StringValues connection, string header)
    {
        foreach (var value in connection)
        {
            foreach (var range in value.AsSpan().Split(','))
            {
                if (value.AsSpan(range).Trim().Equals(header, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Whether Connection says more than keep-alive, close and upgrade: only then names have to be looked for.</summary>
    public static bool NamesHeaders(StringValues connection)
    {
        foreach (var value in connection)
        {
            foreach (var range in value.AsSpan().Split(','))
            {
                var option = value.AsSpan(range).Trim();
                if (!option.IsEmpty
                    && !option.Equals("keep-alive", StringComparison.OrdinalIgnoreCase)
                    && !option.Equals("close", StringComparison.OrdinalIgnoreCase)
                    && !option.Equals("upgrade", StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
