using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AuthProxy.Proxy.Errors.When;

/// <summary>Media types of a request, as <c>when</c> compares them: parameters, quality values and order do not count.</summary>
internal static class MediaTypes
{
    // What a request that says nothing counts as.
    private const string Unsaid = "application/octet-stream";

    /// <summary>Whether every element can be read; an absent header can.</summary>
    public static bool AreWellFormed(StringValues header) => IsUnsaid(header) || MediaTypeHeaderValue.TryParseStrictList(header, out _);

    /// <summary>Whether one element of the header is covered by one of these.</summary>
    public static bool AnyCovered(StringValues header, IReadOnlyList<string> wanted)
    {
        if (IsUnsaid(header))
        {
            return IsCovered(Unsaid, wanted);
        }

        foreach (var line in header)
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                var element = line.AsSpan(range);
                var parameters = element.IndexOf(';');
                if (IsCovered((parameters < 0 ? element : element[..parameters]).Trim(), wanted))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool IsUnsaid(StringValues header) => header.All(string.IsNullOrWhiteSpace);

    // A wildcard in the request is only equal to itself: curl's */* is no wish for a web page.
    private static bool IsCovered(ReadOnlySpan<char> mediaType, IReadOnlyList<string> wanted)
    {
        foreach (var pattern in wanted)
        {
            if (pattern == "*/*"
                || mediaType.Equals(pattern, StringComparison.OrdinalIgnoreCase)
                || (pattern.EndsWith("/*", StringComparison.Ordinal) && mediaType.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }
        }

        return false;
    }
}
