namespace AuthProxy.Rules;

/// <summary>Path parameters (<c>;v=1</c>, RFC 3986 section 3.3), which some servers cut off before they route.</summary>
internal static class PathParameters
{
    public static string Remove(string path) =>
        string.Join('/', path.Split('/').Select(segment => segment.IndexOf(';') is >= 0 and var start ? segment[..start] : segment));
}
