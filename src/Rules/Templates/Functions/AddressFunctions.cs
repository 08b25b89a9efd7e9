using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates.Functions;

/// <summary>Functions of addresses, and of paths as text: no file is looked at.</summary>
internal static class AddressFunctions
{
    public static readonly IReadOnlyList<TemplateFunction> All =
    [
        new("urlParse", "text", "an object of scheme, host, hostname, path, query, opaque, fragment and userinfo", Parse),
        new("urlJoin", "object", "the address of such an object", Join),
        .. Both("base", "path", "the last part", call => GoPath.Base(call.Text(0))),
        .. Both("dir", "path", "all but the last part", call => GoPath.Clean(call.Text(0)[..(call.Text(0).LastIndexOf('/') + 1)])),
        .. Both("clean", "path", "without dot segments and double slashes", call => GoPath.Clean(call.Text(0))),
        .. Both("ext", "path", "the end from the last dot on", call => GoPath.Extension(call.Text(0))),
        .. Both("isAbs", "path", "whether it begins with a slash", call => call.Text(0).StartsWith('/')),
    ];

    private static IEnumerable<TemplateFunction> Both(string name, string arguments, string summary, Func<FunctionCall, object?> body) =>
        [new(name, arguments, summary, body), new($"os{char.ToUpperInvariant(name[0])}{name[1..]}", arguments, $"as {name}", body)];

    private static object? Parse(FunctionCall call)
    {
        if (UrlText.TryParse(call.Text(0)) is not { } url)
        {
            return call.Fail("the text is no address");
        }

        var parts = new GoDictionary();
        parts.Set("scheme", url.Scheme);
        parts.Set("host", url.Host);
        parts.Set("hostname", UrlHost.Split(url.Host).Name);
        parts.Set("path", url.Path);
        parts.Set("query", url.Query);
        parts.Set("opaque", url.Opaque);
        parts.Set("fragment", url.Fragment);
        parts.Set("userinfo", url.User);
        return parts;
    }

    private static object? Join(FunctionCall call)
    {
        var parts = call.Map(0);
        if (parts.Names.Any(name => parts.Get(name) is not string && name is "scheme" or "host" or "path" or "query" or "opaque" or "fragment" or "userinfo"))
        {
            return call.Fail("a part is no text");
        }

        return new UrlText(Part("scheme"), Part("opaque"), Part("userinfo"), Part("host"), Part("path"), Part("query"), Part("fragment")).ToString();

        string Part(string name) => parts.TryGet(name, out var value) && value is string text ? text : "";
    }
}
