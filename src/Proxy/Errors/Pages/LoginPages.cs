using System.Text;
using AuthProxy.Hosting.Refusals;

namespace AuthProxy.Proxy.Errors.Pages;

/// <summary>The few pages that people see of the login: the operator's templates, or plain pages. What others say of a failure is never shown.</summary>
internal sealed class LoginPages(PageTemplates templates)
{
    /// <summary>A login came to nothing.</summary>
    public Task RefusalAsync(HttpContext context, RefusalAnswer answer, string retry)
    {
        RefusalResponse.SetHead(context.Response, answer.Refusal);
        return WriteAsync(
            context,
            PageKind.SignInFailed,
            new PageValues(answer.Refusal.Title, retry, answer.Refusal.Reason, answer.SupportCode),
            $"""
            <p><a class="button" href="{Encode(retry)}">Try again</a></p>
            <p><small>Support code <code>{Encode(answer.SupportCode)}</code></small></p>
            """);
    }

    /// <summary>A question and a button: a link from elsewhere must not sign anybody out.</summary>
    public Task ConfirmLogoutAsync(HttpContext context, string action) => WriteAsync(
        context,
        PageKind.SignOut,
        new PageValues("Sign out?", action),
        $"""<form method="post" action="{Encode(action)}"><button type="submit">Sign out</button></form>""");

    public Task SignedOutAsync(HttpContext context, string start) => WriteAsync(
        context,
        PageKind.SignedOut,
        new PageValues("You are signed out.", start),
        $"""<p><a class="button" href="{Encode(start)}">Back to the start page</a></p>""");

    private Task WriteAsync(HttpContext context, PageKind kind, PageValues values, string plainBody)
    {
        // No form-action behind a form: browsers hold every redirect that follows to it, and what lies behind the provider is the provider's affair.
        var formPolicy = kind.HasForm ? null : "form-action 'none'";
        return templates.Find(kind) is { } template
            ? PlainPage.WriteAsync(context, Encoding.UTF8.GetBytes(template.Render(values)), template.Policy, formPolicy, context.RequestAborted)
            : PlainPage.WriteAsync(context, values.Title, plainBody, formPolicy, context.RequestAborted);
    }

    private static string Encode(string text) => PlainPage.Encode(text);
}
