namespace AuthProxy.IdentityProvider;

internal static class UserInfoEndpoint
{
    public static void MapUserInfo(this WebApplication app) => app.MapMethods("/userinfo", ["GET", "POST"], Show);

    private static IResult Show(HttpContext context, AccessTokens tokens)
    {
        context.Response.Headers.CacheControl = "no-store";
        var header = context.Request.Headers.Authorization.ToString();
        var token = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim() : null;
        if (tokens.Find(token) is not { } user)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
            return Results.StatusCode(StatusCodes.Status401Unauthorized);
        }

        return DiscoveryEndpoints.Json(writer =>
        {
            writer.WriteStartObject();
            user.WriteClaims(writer);
            writer.WriteEndObject();
        });
    }
}
