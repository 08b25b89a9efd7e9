using System.Collections.Frozen;

namespace AuthProxy.Proxy.Errors;

/// <summary>Statuses in the words that Oathkeeper's rules and clients know; they are those of Go's library.</summary>
internal static class StatusNames
{
    private static readonly FrozenDictionary<int, string> Texts = new Dictionary<int, string>
    {
        [400] = "Bad Request",
        [401] = "Unauthorized",
        [402] = "Payment Required",
        [403] = "Forbidden",
        [404] = "Not Found",
        [405] = "Method Not Allowed",
        [406] = "Not Acceptable",
        [408] = "Request Timeout",
        [409] = "Conflict",
        [410] = "Gone",
        [413] = "Request Entity Too Large",
        [414] = "Request URI Too Long",
        [415] = "Unsupported Media Type",
        [418] = "I'm a teapot",
        [421] = "Misdirected Request",
        [422] = "Unprocessable Entity",
        [429] = "Too Many Requests",
        [431] = "Request Header Fields Too Large",
        [500] = "Internal Server Error",
        [501] = "Not Implemented",
        [502] = "Bad Gateway",
        [503] = "Service Unavailable",
        [504] = "Gateway Timeout",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<int, string> Names = Texts.ToFrozenDictionary(
        status => status.Key, status => status.Value.ToLowerInvariant().Replace(' ', '_').Replace("'", "", StringComparison.Ordinal));

    private static readonly FrozenSet<string> Known = Names.Values.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The status as answers write it: <c>Not Found</c>.</summary>
    public static string TextOf(int status) => Texts.GetValueOrDefault(status, Texts[500]);

    /// <summary>The status as <c>when</c> writes it: <c>not_found</c>. What has no name is an internal error.</summary>
    public static string NameOf(int status) => Names.GetValueOrDefault(status, Names[500]);

    /// <summary>Whether any status has this name.</summary>
    public static bool IsName(string name) => Known.Contains(name);
}
