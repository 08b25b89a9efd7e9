using Microsoft.Extensions.Primitives;

namespace AuthProxy.Proxy.Sanitizing;

/// <summary>
/// Tells a person's navigation from everything else, so that a script never follows a redirect to the provider and a person
/// never reads JSON: Fetch Metadata (W3C) decides where the browser sends it, then X-Requested-With, then Accept.
/// </summary>
internal static class RequestKinds
{
    public static RequestKind Of(IHeaderDictionary headers)
    {
        if (headers.ContentType is [{ } contentType, ..] && contentType.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase))
        {
            return RequestKind.Grpc;
        }

        if (headers.TryGetValue("Sec-Fetch-Mode", out var mode))
        {
            // A navigation inside a frame is none that could end in a login page: providers refuse to be framed.
            return IsOnly(mode, "navigate") && (!headers.TryGetValue("Sec-Fetch-Dest", out var destination) || IsOnly(destination, "document"))
                ? RequestKind.Navigation
                : RequestKind.Programmatic;
        }

        if (headers.XRequestedWith.Count > 0)
        {
            return RequestKind.Programmatic;
        }

        return AcceptsHtml(headers.Accept) ? RequestKind.Navigation : RequestKind.Programmatic;
    }

    private static bool IsOnly(StringValues values, string expected) =>
        values.Count == 1 && string.Equals(values[0], expected, StringComparison.OrdinalIgnoreCase);

    private static bool AcceptsHtml(StringValues accept)
    {
        foreach (var value in accept)
        {
            // A wildcard is no wish for a page: command line clients and libraries send it for everything.
            if (value is not null && value.Contains("text/html", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
