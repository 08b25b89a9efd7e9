using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Patterns;

namespace AuthProxy.Rules.Loading;

/// <summary>Which requests a rule is for, in our form.</summary>
internal static class MatchSchema
{
    public static readonly Schema<RoutePattern?> Schema = Declare.Object<RoutePattern?>("match", "Which requests the rule is for.", o =>
    {
        var host = o.Text("host", "One host, or *.example.com for every name below it; left out: any host.").Optional();
        var path = o.Text("path", "Literal segments, {name} or * for one segment, /** at the end for everything below. Case and a trailing slash make no difference.");
        var methods = o.List("methods", Declare.Text, "HTTP methods; GET covers HEAD. Left out: any method.");
        return read =>
        {
            var hostPattern = ReadHost(read, host);
            var pathPattern = PathPattern.TryParse(read.Get(path), out var pathFault);
            if (pathPattern is null)
            {
                read.Fault(path, pathFault);
            }

            var names = read.Get(methods);
            if (read.IsGiven(methods) && names.Count == 0)
            {
                read.Fault(methods, "is empty and would match nothing; leave it out for any method");
            }

            foreach (var method in names.Where(method => !HttpToken.Is(method)))
            {
                read.Fault(methods, $"holds '{method}', which is no method");
            }

            return hostPattern is { } && pathPattern is not null
                ? new RoutePattern(read.Get(path), hostPattern.Value, pathPattern, [.. names.Select(method => method.ToUpperInvariant())])
                : null;
        };
    });

    private static HostPattern? ReadHost(ObjectReading read, Setting<string?> host)
    {
        if (read.Get(host) is not { } text)
        {
            return HostPattern.Any;
        }

        var pattern = HostPattern.TryParse(text, out var fault);
        if (pattern is null)
        {
            read.Fault(host, fault);
        }

        return pattern;
    }
}
