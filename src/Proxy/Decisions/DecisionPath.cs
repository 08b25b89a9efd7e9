using Microsoft.AspNetCore.Http.Features;

namespace AuthProxy.Proxy.Decisions;

/// <summary>Where decisions are asked for. Read from the bytes of the request line: some callers put the client's own path behind it.</summary>
internal static class DecisionPath
{
    private const string Path = "/decisions";

    public static bool IsAsked(HttpContext context) => RestOf(context) is not null;

    /// <summary>What stands behind the path, with the query; null where another path was asked for.</summary>
    public static string? RestOf(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        return target.StartsWith(Path, StringComparison.Ordinal) && (target.Length == Path.Length || target[Path.Length] is '/' or '?')
            ? target[Path.Length..]
            : null;
    }

    /// <summary>Whether nothing but a query follows. The query means nothing: Caddy leaves the client's own there.</summary>
    public static bool IsExact(HttpContext context) => RestOf(context) is { } rest && (rest.Length == 0 || rest[0] == '?');
}
