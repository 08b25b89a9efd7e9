using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Errors;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>The few pages that people see of the login, in our own words only.</summary>
internal static class LoginPages
{
    public static Task RefusalAsync(HttpContext context, RefusalAnswer answer, string retry)
    {
        RefusalResponse.SetHead(context.Response, answer.Refusal);
        return WriteAsync(
            context,
            answer.Refusal.Title,
            $"""
            <p><a class="button" href="{Encode(retry)}">Try again</a></p>
            <p><small>Support code {Encode(answer.SupportCode)}</small></p>
            """,
            "form-action 'none'");
    }

    /// <summary>A question and a button: a link from elsewhere must not sign anybody out.</summary>
    public static Task ConfirmLogoutAsync(HttpContext context, string action) => WriteAsync(
        context,
        "Sign out?",
        $"""<form method="post" action="{Encode(action)}"><button type="submit">Sign out</button></form>""",

        // No form-action: browsers hold every redirect behind the form to it, and what lies behind the provider is the provider's affair.
        null);

    public static Task SignedOutAsync(HttpContext context, string start) => WriteAsync(
        context,
        "You are signed out.",
        $"""<p><a class="button" href="{Encode(start)}">Back to the start page</a></p>""",
        "form-action 'none'");

    private static Task WriteAsync(HttpContext context, string title, string body, string? formPolicy) =>
        PlainPage.WriteAsync(context, title, body, formPolicy, context.RequestAborted);

    private static string Encode(string text) => PlainPage.Encode(text);
}
