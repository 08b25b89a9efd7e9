using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Refusals;
using Microsoft.AspNetCore.Http.Features;

namespace AuthProxy.Tokenizer.Http;

/// <summary>One method at one address. A path that ends in a slash stands for everything below it.</summary>
internal sealed record VaultRoute(string Method, string Path, Func<HttpContext, Task<Answer>> Handle)
{
    /// <summary>What the audit calls a request that is refused here.</summary>
    public AuditAction Action { get; init; } = AuditAction.Ask;
}

/// <summary>The addresses of one listener. They match as they were sent: no decoding, no cleaning, no second spelling.</summary>
internal sealed class RouteTable(IEnumerable<VaultRoute> routes)
{
    private readonly ILookup<string, VaultRoute> _byPath = routes.ToLookup(route => route.Path, StringComparer.Ordinal);

    public Outcome<VaultRoute> Find(HttpContext context)
    {
        var path = PathOf(context);
        var candidates = _byPath[path].ToArray() is { Length: > 0 } exact ? exact : [.. _byPath[FolderOf(path)]];
        if (candidates.Length == 0)
        {
            return new Refused(TokenizerRefusals.RouteUnknown, "there is no such route");
        }

        if (candidates.FirstOrDefault(route => route.Method == context.Request.Method) is { } found)
        {
            return found;
        }

        context.Response.Headers.Allow = string.Join(", ", candidates.Select(route => route.Method));
        return new Refused(TokenizerRefusals.MethodNotAllowed, $"the route answers {context.Response.Headers.Allow}");
    }

    /// <summary>What is left of the path behind a route that ends in a slash.</summary>
    public static string RestOf(HttpContext context, string prefix) => PathOf(context)[prefix.Length..];

    /// <summary>Whether the request is for our own interface, and not for one that LunaDefend's clients know.</summary>
    public static bool IsOurOwn(HttpContext context) => PathOf(context).StartsWith("/v1/", StringComparison.Ordinal);

    private static string PathOf(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? target : target[..query];
    }

    private static string FolderOf(string path) => path[..(path.LastIndexOf('/') + 1)];
}
