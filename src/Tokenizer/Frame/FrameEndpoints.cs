using System.Globalization;
using System.Net;
using System.Text;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;

namespace AuthProxy.Tokenizer.Frame;

/// <summary>
/// <c>GET /frame</c> with its scripts, and <c>/frame/elements.js</c> for the application's pages. They hold nothing of anybody, so nobody needs
/// to be known: whether there is a session the frame asks itself, and says so.
/// </summary>
internal sealed class FrameEndpoints(Vaults vaults, IReadOnlyList<ApplicationSettings> applications, LimitSettings limits)
{
    private const string Prefix = "/frame/";

    private static readonly FrameFile[] FrameParts =
    [
        .. new[] { "frame.js", "channel.js", "vault.js", "view.js", "text.js", "entry.js", "uploader.js", "downloader.js", "style.js", "frame.css" }.Select(FrameFile.Read),
    ];

    private static readonly FrameFile[] PageScripts = [.. new[] { "elements.js", "secure-element.js", "secure-form-element.js" }.Select(FrameFile.Read)];

    private static readonly string FramePartsPrefix = $"{Prefix}{FrameFile.VersionOf(FrameParts)}/";

    private readonly Dictionary<string, FrameFile> _pages = applications.ToDictionary(application => application.Name, application => PageOf(application, limits));

    public IEnumerable<VaultRoute> Routes =>
    [
        new("GET", "/frame", SendPageAsync),
        .. FrameParts.Select(file => new VaultRoute("GET", FramePartsPrefix + file.Name, context => SendPartAsync(context, file))),
        .. PageScripts.Select(file => new VaultRoute("GET", Prefix + file.Name, context => SendToPagesAsync(context, file))),
    ];

    private Task<Answer> SendPageAsync(HttpContext context) => SendAsync(context, application =>
    {
        FrameHeaders.SetForPage(context.Response.Headers, application);
        return _pages[application.Name];
    });

    private Task<Answer> SendPartAsync(HttpContext context, FrameFile file) => SendAsync(context, _ =>
    {
        FrameHeaders.SetForPart(context.Response.Headers);
        return file;
    });

    private Task<Answer> SendToPagesAsync(HttpContext context, FrameFile file) => SendAsync(context, application =>
    {
        FrameHeaders.SetForPages(context.Response.Headers);

        // They are modules, and browsers load one from another origin only where its answer may be read.
        CrossOrigin.AllowReading(context, application);
        return file;
    });

    private async Task<Answer> SendAsync(HttpContext context, Func<ApplicationSettings, FrameFile> prepare)
    {
        if (vaults.At(context.Request.Host) is not { } application)
        {
            return new Refused(TokenizerRefusals.HostUnknown, "the request's host is no application's vault");
        }

        var file = prepare(application);
        var response = context.Response;
        response.Headers.ETag = file.Tag;
        if (context.Request.Headers.IfNoneMatch is [{ } held] && held == file.Tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return new Answer.Written();
        }

        response.ContentType = file.MediaType;
        response.ContentLength = file.Content.Length;
        await response.Body.WriteAsync(file.Content, context.RequestAborted);
        return new Answer.Written();
    }

    // Whom the frame may speak to is the configuration's word: neither its address nor a message, which the embedding page writes, has a say in it.
    private static FrameFile PageOf(ApplicationSettings application, LimitSettings limits)
    {
        var template = FrameFile.Read("frame.html");
        var page = Encoding.UTF8.GetString(template.Content)
            .Replace("{{parts}}", FramePartsPrefix, StringComparison.Ordinal)
            .Replace("{{origins}}", WebUtility.HtmlEncode(string.Join(' ', application.Origins)), StringComparison.Ordinal)
            .Replace("{{largest_value}}", limits.ValueSize.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return FrameFile.Of(template.Name, Encoding.UTF8.GetBytes(page));
    }
}
