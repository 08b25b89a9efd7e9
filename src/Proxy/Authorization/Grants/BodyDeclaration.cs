using AuthProxy.Proxy.Sanitizing;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AuthProxy.Proxy.Authorization.Grants;

/// <summary>
/// What a request says its body is. Only one reading of the bytes may be possible: a body that we read as JSON and the upstream
/// as something else (a form, UTF-16, gzip) would carry tokens past the check.
/// </summary>
internal static class BodyDeclaration
{
    /// <summary>Null where the body is declared to be JSON in UTF-8, without any coding; else what keeps it from being checked.</summary>
    public static string? WhyUnreadable(IHeaderDictionary headers)
    {
        if (DoubleSpelling(headers) is { } name)
        {
            return $"{name} is also there in another spelling, which some servers read instead";
        }

        return WhyEncoded(headers.ContentEncoding) ?? WhyNotJson(headers.ContentType);
    }

    private static string? WhyEncoded(StringValues encodings)
    {
        foreach (var encoding in encodings)
        {
            if (!string.Equals(encoding?.Trim(), "identity", StringComparison.OrdinalIgnoreCase))
            {
                return "the body has a content encoding; bodies under a grant check come without one";
            }
        }

        return null;
    }

    private static string? WhyNotJson(StringValues types)
    {
        if (types.Count != 1 || !MediaTypeHeaderValue.TryParse(types[0], out var type))
        {
            return types.Count == 0 ? "the body has no content type" : "the content type is not one readable media type";
        }

        if (!IsJson(type))
        {
            return "the content type is not application/json or a +json type";
        }

        foreach (var parameter in type.Parameters)
        {
            if (parameter.Name.Equals("charset", StringComparison.OrdinalIgnoreCase)
                && !HeaderUtilities.RemoveQuotes(parameter.Value).Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            {
                return "the charset is not utf-8";
            }
        }

        return null;
    }

    private static bool IsJson(MediaTypeHeaderValue type) =>
        type.Type.Equals("application", StringComparison.OrdinalIgnoreCase)
        && (type.SubType.Equals("json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase));

    private static string? DoubleSpelling(IHeaderDictionary headers)
    {
        foreach (var (name, _) in headers)
        {
            if (IsOtherSpelling(name, HeaderNames.ContentType))
            {
                return HeaderNames.ContentType;
            }

            if (IsOtherSpelling(name, HeaderNames.ContentEncoding))
            {
                return HeaderNames.ContentEncoding;
            }
        }

        return null;
    }

    private static bool IsOtherSpelling(string name, string standard) =>
        !name.Equals(standard, StringComparison.OrdinalIgnoreCase) && HeaderSpelling.Comparer.Equals(name, standard);
}
