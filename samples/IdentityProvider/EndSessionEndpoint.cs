using Microsoft.AspNetCore.WebUtilities;

namespace AuthProxy.IdentityProvider;

/// <summary>RP-initiated logout: ends the provider's own session, so that the next login asks for a password again.</summary>
internal static class EndSessionEndpoint
{
    public static void MapEndSession(this WebApplication app)
    {
        app.MapGet("/end-session", Ask);
        app.MapPost("/end-session", End);
    }

    private static IResult Ask(HttpContext context, ProviderOptions options, ProviderSessions sessions, ProviderKeys keys)
    {
        if (Refuse(context, options) is { } refusal)
        {
            return refusal;
        }

        // Anybody can link here. Only a hint that names the very session of this browser ends it without asking the user.
        return sessions.Current(context) is not { } session || keys.IsIdTokenOf(session, context.Request.Query["id_token_hint"].ToString())
            ? Finish(context, sessions)
            : Pages.ConfirmLogout(context);
    }

    private static IResult End(HttpContext context, ProviderOptions options, ProviderSessions sessions)
    {
        if (context.Request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin"))
        {
            return Pages.Fault(context, "The logout form was sent by another site.");
        }

        return Refuse(context, options) ?? Finish(context, sessions);
    }

    private static IResult? Refuse(HttpContext context, ProviderOptions options)
    {
        var query = context.Request.Query;
        if (query["client_id"].ToString() is not ("" or ProviderOptions.ClientId))
        {
            return Pages.Fault(context, $"client_id is unknown (known: {ProviderOptions.ClientId}).");
        }

        return query["post_logout_redirect_uri"].ToString() is { Length: > 0 } target && !options.PostLogoutRedirectUris.Contains(target, StringComparer.Ordinal)
            ? Pages.Fault(context, "post_logout_redirect_uri is not registered; start the provider with --post-logout-redirect-uri and exactly this address.")
            : null;
    }

    private static IResult Finish(HttpContext context, ProviderSessions sessions)
    {
        sessions.End(context);
        var query = context.Request.Query;
        if (query["post_logout_redirect_uri"].ToString() is not { Length: > 0 } target)
        {
            return Pages.LoggedOut(context);
        }

        var state = query["state"].ToString();
        return Results.Redirect(state.Length > 0 ? QueryHelpers.AddQueryString(target, "state", state) : target);
    }
}
