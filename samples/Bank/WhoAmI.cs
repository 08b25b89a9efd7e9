namespace AuthProxy.Bank;

/// <summary>Shows what arrived, so that everybody can check what the Proxy lets through. Credentials are named, not shown.</summary>
internal static class WhoAmI
{
    public static void MapWhoAmI(this IEndpointRouteBuilder bank) => bank.MapGet("/me", (HttpContext context) => Results.Ok(new
    {
        Name = context.User.Identity?.Name,
        Claims = context.User.Claims
            .GroupBy(claim => claim.Type, StringComparer.Ordinal)
            .ToDictionary(claims => claims.Key, claims => claims.Select(claim => claim.Value).ToArray(), StringComparer.Ordinal),
        Headers = context.Request.Headers.ToDictionary(header => header.Key, Shown, StringComparer.Ordinal),
        Cookies = context.Request.Cookies.Keys,
    }));

    private static string[] Shown(KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues> header) => header.Key.ToUpperInvariant() switch
    {
        "X-AUTH-ASSERTION" or "AUTHORIZATION" or "COOKIE" => [.. header.Value.Select(_ => "(not shown)")],
        _ => [.. header.Value.Select(value => value ?? "")],
    };
}
