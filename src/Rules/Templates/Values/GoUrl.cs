using System.Globalization;
using System.Text;
using AuthProxy.Rules.Grants;

namespace AuthProxy.Rules.Templates.Values;

/// <summary>The request's address as Go's <c>url.URL</c>.</summary>
internal sealed class GoUrl(TemplateRequest request) : IGoStruct
{
    public string Type => "*url.URL";

    public string Text => $"{request.Scheme}://{request.Host}{EscapedPath}{request.Target.Query}";

    private string Path => request.Target.DecodedPath;

    private string Query => request.Target.Query.Length > 0 ? request.Target.Query[1..] : "";

    // Go keeps the path as sent only where its own way to encode it would give another.
    private string RawPath => field ??= PathEncoding.Encode(Path) == request.Target.Path ? "" : request.Target.Path;

    private string EscapedPath => RawPath.Length > 0 ? RawPath : PathEncoding.Encode(Path);

    private GoParameters Parameters => field ??= ReadParameters();

    public bool TryMember(string name, RenderScope scope, out object? value)
    {
        value = name switch
        {
            "Scheme" => request.Scheme,
            "Host" => request.Host,
            "Path" => Path,
            "RawPath" => RawPath,
            "RawQuery" => Query,
            "Query" => Parameters,
            "Fragment" or "RawFragment" or "Opaque" => "",
            "ForceQuery" => request.Target.Query == "?",
            "OmitHost" => false,
            "String" => Text,
            "EscapedPath" => EscapedPath,
            "RequestURI" => EscapedPath + request.Target.Query,
            "Hostname" => UrlHost.Split(request.Host).Name,
            "Port" => UrlHost.Split(request.Host).Port,
            "IsAbs" => true,
            _ => null,
        };
        return value is not null || name is "User";
    }

    public IReadOnlyList<GoField> Fields(RenderScope scope) =>
    [
        new("Scheme", request.Scheme), new("Opaque", ""), new("User", null), new("Host", request.Host), new("Path", Path), new("RawPath", RawPath),
        new("OmitHost", false), new("ForceQuery", request.Target.Query == "?"), new("RawQuery", Query), new("Fragment", ""), new("RawFragment", ""),
    ];

    // As in Go, parameters with a semicolon or a wrong escape are left out.
    private GoParameters ReadParameters()
    {
        var values = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var part in Query.Split('&'))
        {
            if (part.Length > 0 && !part.Contains(';') && new QueryParameter(part).TryDecode(out var name, out var value))
            {
                if (!values.TryGetValue(name, out var list))
                {
                    values[name] = list = new List<string>(1);
                }

                ((List<string>)list).Add(value);
            }
        }

        return new GoParameters(values);
    }
}

/// <summary>The two halves of a host with a port.</summary>
internal static class UrlHost
{
    public static (string Name, string Port) Split(string host)
    {
        var colon = host.LastIndexOf(':');
        var hasPort = colon >= 0 && host.IndexOf(']', colon) < 0 && !host.AsSpan(colon + 1).ContainsAnyExceptInRange('0', '9');
        var name = hasPort ? host[..colon] : host;
        return (name.StartsWith('[') && name.EndsWith(']') ? name[1..^1] : name, hasPort ? host[(colon + 1)..] : "");
    }
}

/// <summary>Percent-encoding as Go applies it to a path.</summary>
internal static class PathEncoding
{
    public static string Encode(string path)
    {
        if (path.All(IsPlain))
        {
            return path;
        }

        var encoded = new StringBuilder(path.Length + 16);
        foreach (var value in Encoding.UTF8.GetBytes(path))
        {
            if (IsPlain((char)value))
            {
                encoded.Append((char)value);
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return encoded.ToString();
    }

    private static bool IsPlain(char character) => char.IsAsciiLetterOrDigit(character) || "-_.~$&+,/:;=@".Contains(character);
}
