using System.Security.Claims;
using AuthProxy.Sdk;

namespace AuthProxy.Bank;

internal static class PageRoutes
{
    public static void MapPages(this IEndpointRouteBuilder bank)
    {
        bank.MapGet("/", (HttpContext context, ClaimsPrincipal user, Customers customers, Pages pages) => pages.Home(context, customers.Of(user)));
        bank.MapGet("/profile", ShowProfileAsync);
        bank.MapGet("/profile/edit", (HttpContext context, Pages pages) => pages.Edit(context));
        bank.MapPost("/profile/phone", ChangePhoneAsync);
        bank.MapPost("/profile/passport", ChangePassportAsync);
    }

    private static async Task<IResult> ShowProfileAsync(
        HttpContext context, ClaimsPrincipal user, Customers customers, Pages pages, IGrants grants, CancellationToken cancellation)
    {
        var customer = customers.Of(user);
        string[] shown = [.. new[] { customer.SsnToken, customer.PassportToken }.OfType<string>()];
        if (shown.Length > 0)
        {
            await grants.CreateAsync(context, shown, cancellation: cancellation);
        }

        return pages.Profile(context, customer);
    }

    /// <summary>A plain form without a hidden anti-forgery value: the Proxy refuses what another site posts here.</summary>
    private static async Task<IResult> ChangePhoneAsync(HttpContext context, ClaimsPrincipal user, Customers customers, CancellationToken cancellation)
    {
        if (!context.Request.HasFormContentType
            || (await context.Request.ReadFormAsync(cancellation))["phone"].ToString() is not { Length: > 0 and <= 32 } phone)
        {
            return Results.Problem(title: "A phone number is needed.", statusCode: StatusCodes.Status400BadRequest);
        }

        customers.Of(user).Phone = phone;
        return ToProfile(context);
    }

    /// <summary>The form sends a token as it sends any other field. Here the bank itself checks that whoever sends it may use it.</summary>
    private static async Task<IResult> ChangePassportAsync(
        HttpContext context, ClaimsPrincipal user, Customers customers, IGrants grants, CancellationToken cancellation)
    {
        if (!context.Request.HasFormContentType
            || (await context.Request.ReadFormAsync(cancellation))["passport_token"].ToString() is not { } token || !DataToken.HasShape(token))
        {
            return Results.Problem(title: "passport_token must be a data token.", statusCode: StatusCodes.Status400BadRequest);
        }

        await grants.VerifyAsync(context, token, cancellation);
        customers.Of(user).PassportToken = token;
        return ToProfile(context);
    }

    private static IResult ToProfile(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = "/profile";
        return Results.Empty;
    }
}
