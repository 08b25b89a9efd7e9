using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Rules.Templates.Values;

/// <summary>What the session is known to have before there is one: a name that cannot exist is a fault of the template.</summary>
internal static class SessionShape
{
    private static readonly string[] Session = ["Subject", "Extra", "Header", "MatchContext"];

    private static readonly string[] MatchContext = ["RegexpCaptureGroups", "URL", "Method", "Header"];

    private static readonly string[] Url =
    [
        "Scheme", "Opaque", "User", "Host", "Path", "RawPath", "OmitHost", "ForceQuery", "RawQuery", "Fragment", "RawFragment",
        "Query", "String", "EscapedPath", "RequestURI", "Hostname", "Port", "IsAbs",
    ];

    /// <summary>What cannot be right about a chain of members of the session; null where it may be.</summary>
    public static string? Fault(IReadOnlyList<string> names)
    {
        var known = Session;
        foreach (var (index, name) in names.Index())
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                return $"knows no '.{string.Join('.', names.Take(index + 1))}'{Suggestion.For(name, known)}";
            }

            switch (name)
            {
                case "MatchContext":
                    known = MatchContext;
                    break;
                case "URL":
                    known = Url;
                    break;
                case "Extra" or "Header" or "Query":
                    return null;
                default:
                    known = [];
                    break;
            }
        }

        return null;
    }
}
