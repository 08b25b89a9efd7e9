using Microsoft.AspNetCore.WebUtilities;

namespace AuthProxy.IdentityProvider;

/// <summary>Authorization code flow with PKCE: the only one there is.</summary>
internal static class AuthorizationEndpoint
{
    public static void MapAuthorization(this WebApplication app)
    {
        app.MapGet("/authorize", Show);
        app.MapPost("/authorize", LogInAsync);
    }

    private static IResult Show(HttpContext context, ProviderOptions options, ProviderSessions sessions, IssuedCodes codes)
    {
        if (Refuse(context, options) is { } refusal)
        {
            return refusal;
        }

        var prompt = context.Request.Query["prompt"].ToString();
        var session = prompt == "login" ? null : sessions.Current(context);
        return (session, prompt) switch
        {
            ({ } known, _) => Grant(context, options, codes, known),
            (null, "none") => Answer(context, options, "error", "login_required"),
            _ => Pages.Login(context, failed: false),
        };
    }

    private static async Task<IResult> LogInAsync(
        HttpContext context, ProviderOptions options, ProviderSessions sessions, IssuedCodes codes, CancellationToken cancellation)
    {
        // Another site must not log a browser in as somebody of its choice.
        if (context.Request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin"))
        {
            return Pages.Fault(context, "The login form was sent by another site.");
        }

        if (Refuse(context, options) is { } refusal)
        {
            return refusal;
        }

        if (!context.Request.HasFormContentType)
        {
            return Pages.Fault(context, "The login form was expected.");
        }

        var form = await context.Request.ReadFormAsync(cancellation);
        return DemoUsers.Find(form["username"], form["password"]) is { } user
            ? Grant(context, options, codes, sessions.Start(context, user))
            : Pages.Login(context, failed: true);
    }

    /// <summary>A wrong client or redirect URI is shown to the user; everything else is told to the client.</summary>
    private static IResult? Refuse(HttpContext context, ProviderOptions options)
    {
        var query = context.Request.Query;
        if (query.FirstOrDefault(parameter => parameter.Value.Count > 1).Key is { } twice)
        {
            return Pages.Fault(context, $"The parameter {twice} was sent twice.");
        }

        if (query["client_id"] != ProviderOptions.ClientId)
        {
            return Pages.Fault(context, $"client_id is unknown (known: {ProviderOptions.ClientId}).");
        }

        if (!options.RedirectUris.Contains(query["redirect_uri"].ToString(), StringComparer.Ordinal))
        {
            return Pages.Fault(context, "redirect_uri is not registered; start the provider with --redirect-uri and exactly this address.");
        }

        var error = query switch
        {
            _ when query["response_type"] != "code" => "unsupported_response_type",
            _ when query["response_mode"].ToString() is not ("" or "query") => "invalid_request",
            _ when !query["scope"].ToString().Split(' ').Contains("openid") => "invalid_scope",
            _ when query["code_challenge_method"] != "S256" || query["code_challenge"].ToString().Length != 43 => "invalid_request",
            _ when query["prompt"].ToString() is not ("" or "login" or "none" or "consent" or "select_account") => "invalid_request",
            _ => null,
        };
        return error is null ? null : Answer(context, options, "error", error);
    }

    private static IResult Grant(HttpContext context, ProviderOptions options, IssuedCodes codes, ProviderSession session)
    {
        var query = context.Request.Query;
        var code = codes.Add(new CodeGrant(
            session.User,
            session.SessionId,
            session.LoggedInAt,
            query["redirect_uri"].ToString(),
            query["code_challenge"].ToString(),
            query["nonce"],
            query["scope"].ToString()));
        return Answer(context, options, "code", code);
    }

    private static IResult Answer(HttpContext context, ProviderOptions options, string name, string value)
    {
        var query = context.Request.Query;
        var answer = new Dictionary<string, string?> { [name] = value, ["iss"] = options.Issuer };
        if (query["state"].ToString() is { Length: > 0 } state)
        {
            answer["state"] = state;
        }

        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return Results.Redirect(QueryHelpers.AddQueryString(query["redirect_uri"].ToString(), answer));
    }
}
