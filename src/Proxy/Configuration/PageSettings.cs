using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Configuration;

/// <summary>The few pages that people see of the Proxy itself.</summary>
/// <param name="Folder">Templates of the operator's own; null: plain pages.</param>
internal sealed record PageSettings(string? Folder)
{
    public static readonly Schema<PageSettings> Schema = Declare.Object<PageSettings>("pages", "The few pages that people see of the Proxy itself.", o =>
    {
        var folder = o.Path("folder", "A folder of templates: sign-in-failed.html, sign-out.html and signed-out.html; a page without one is a plain page.").Optional();
        return read => new PageSettings(read.Get(folder));
    });
}
