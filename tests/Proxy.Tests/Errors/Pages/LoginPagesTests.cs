using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Errors.Pages;
using AuthProxy.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Errors.Pages;

public sealed class LoginPagesTests : IDisposable
{
    private static readonly RefusalAnswer Expired = new(ProxyRefusals.LoginExpired, "ABCD-1234");

    private readonly FakeClock _clock = new();
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Plain_page_of_a_failure_is_this()
    {
        var page = await RefusalAsync(Pages(null));

        Assert.Equal(
            """
            <main>
            <h1>Signing in took too long.</h1>
            <p><a class="button" href="https://app.example.com/">Try again</a></p>
            <p><small>Support code <code>ABCD-1234</code></small></p>
            </main>
            """.ReplaceLineEndings("\n"),
            MainOf(page.Body));
        Assert.Equal((400, "text/html; charset=utf-8"), (page.Status, page.Headers.ContentType.ToString()));
    }

    [Fact]
    public async Task Plain_pages_of_the_end_are_these()
    {
        Assert.Equal(
            """
            <main>
            <h1>Sign out?</h1>
            <form method="post" action="/.authproxy/logout"><button type="submit">Sign out</button></form>
            </main>
            """.ReplaceLineEndings("\n"),
            MainOf((await WriteAsync(context => Pages(null).ConfirmLogoutAsync(context, "/.authproxy/logout"))).Body));
        Assert.Equal(
            """
            <main>
            <h1>You are signed out.</h1>
            <p><a class="button" href="https://app.example.com/">Back to the start page</a></p>
            </main>
            """.ReplaceLineEndings("\n"),
            MainOf((await WriteAsync(context => Pages(null).SignedOutAsync(context, "https://app.example.com/"))).Body));
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task Nothing_runs_in_a_page_and_nobody_frames_or_keeps_it(bool branded)
    {
        _folder.Write("sign-in-failed.html", PageReaderTests.Good);

        var page = await RefusalAsync(Pages(branded ? _folder.Path : null));

        var policy = page.Headers.ContentSecurityPolicy.ToString();
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.EndsWith("form-action 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal(("no-store", "nosniff", "no-referrer"), (page.Headers.CacheControl.ToString(), page.Headers.XContentTypeOptions.ToString(), page.Headers["Referrer-Policy"].ToString()));
        Assert.Equal(branded, page.Body.Contains("The Bank", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_without_a_template_stays_plain_beside_branded_ones()
    {
        _folder.Write("sign-in-failed.html", PageReaderTests.Good);

        Assert.DoesNotContain("The Bank", (await WriteAsync(context => Pages(_folder.Path).SignedOutAsync(context, "/"))).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changed_template_counts_without_a_restart_and_a_faulty_one_leaves_the_last_good()
    {
        _folder.Write("sign-in-failed.html", PageReaderTests.Good);
        var pages = Pages(_folder.Path);
        Assert.Contains("The Bank", (await RefusalAsync(pages)).Body, StringComparison.Ordinal);

        _folder.Write("sign-in-failed.html", PageReaderTests.Good.Replace("The Bank", "A Better Bank", StringComparison.Ordinal));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("A Better Bank", (await RefusalAsync(pages)).Body, StringComparison.Ordinal);

        _folder.Write("sign-in-failed.html", PageReaderTests.With("<script></script>"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("A Better Bank", (await RefusalAsync(pages)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_file_and_missing_folder_are_faults_at_the_start()
    {
        _folder.Write("sign-in-faild.html", PageReaderTests.Good);
        Assert.Contains("sign-in-failed.html", Assert.Single(FaultsOf(_folder.Path)).Message, StringComparison.Ordinal);
        Assert.Equal("pages.folder", Assert.Single(FaultsOf(Path.Combine(_folder.Path, "missing"))).Key);
    }

    private ConfigFaults FaultsOf(string folder)
    {
        var faults = new ConfigFaults();
        Templates(folder).Check(faults);
        return faults;
    }

    private PageTemplates Templates(string? folder) => new(new PageSettings(folder), _clock, NullLogger<PageTemplates>.Instance);

    private LoginPages Pages(string? folder) => new(Templates(folder));

    private static Task<Page> RefusalAsync(LoginPages pages) => WriteAsync(context => pages.RefusalAsync(context, Expired, "https://app.example.com/"));

    private static async Task<Page> WriteAsync(Func<HttpContext, Task> write)
    {
        var context = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        context.Request.Method = "GET";
        await write(context);
        context.Response.Body.Position = 0;
        return new Page(context.Response.StatusCode, context.Response.Headers, await new StreamReader(context.Response.Body).ReadToEndAsync());
    }

    private static string MainOf(string html) => html[html.IndexOf("<main>", StringComparison.Ordinal)..(html.IndexOf("</main>", StringComparison.Ordinal) + 7)];

    private sealed record Page(int Status, IHeaderDictionary Headers, string Body);
}
