using System.Collections.Frozen;

namespace AuthProxy.Proxy.Errors.Pages;

/// <summary>A page of ours that a template may stand for.</summary>
/// <param name="File">The template's file.</param>
/// <param name="Required">The values without which the page would be of no use.</param>
/// <param name="HasForm">Whether its action is sent as a form; else it is a link.</param>
internal sealed record PageKind(string File, IReadOnlyList<string> Required, bool HasForm)
{
    /// <summary>What the page is about, in one sentence of ours.</summary>
    public const string Title = "title";

    /// <summary>The name of a refusal, as it stands in docs/refusals.md.</summary>
    public const string Reason = "reason";

    /// <summary>What leads an operator to the whole story.</summary>
    public const string SupportCode = "support_code";

    /// <summary>Where the one link or form of the page goes.</summary>
    public const string ActionUrl = "action_url";

    /// <summary>A login came to nothing: try again.</summary>
    public static readonly PageKind SignInFailed = new("sign-in-failed.html", [SupportCode, ActionUrl], HasForm: false);

    /// <summary>Do you want to sign out?</summary>
    public static readonly PageKind SignOut = new("sign-out.html", [ActionUrl], HasForm: true);

    /// <summary>You are signed out.</summary>
    public static readonly PageKind SignedOut = new("signed-out.html", [ActionUrl], HasForm: false);

    public static readonly IReadOnlyList<PageKind> All = [SignInFailed, SignOut, SignedOut];

    /// <summary>Every value that a template may ask for; where a page has none, nothing stands there.</summary>
    public static readonly FrozenSet<string> Placeholders = new[] { Title, Reason, SupportCode, ActionUrl }.ToFrozenSet(StringComparer.Ordinal);
}

/// <summary>What a page has to say.</summary>
internal sealed record PageValues(string Title, string ActionUrl, string Reason = "", string SupportCode = "")
{
    public string Of(string placeholder) => placeholder switch
    {
        PageKind.Title => Title,
        PageKind.Reason => Reason,
        PageKind.SupportCode => SupportCode,
        PageKind.ActionUrl => ActionUrl,
        _ => "",
    };
}
