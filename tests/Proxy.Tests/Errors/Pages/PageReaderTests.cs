using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Errors.Pages;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Errors.Pages;

public sealed class PageReaderTests : IDisposable
{
    internal const string Good = """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><title>{{title}} - The Bank</title><style>h1{color:#123}</style></head>
        <body><main><h1>{{ title }}</h1>
        <p><a class="button" href="{{action_url}}">Try again</a></p>
        <p>Tell us the code <code>{{support_code}}</code> ({{reason}}).</p>
        </main></body>
        </html>
        """;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Values_stand_where_the_template_says()
    {
        var html = Read(Good)!.Render(new PageValues("Signing in took too long.", "https://app.example.com/x", "login-expired", "ABCD-1234"));

        Assert.Contains("<title>Signing in took too long. - The Bank</title>", html, StringComparison.Ordinal);
        Assert.Contains("<h1>Signing in took too long.</h1>", html, StringComparison.Ordinal);
        Assert.Contains("href=\"https://app.example.com/x\"", html, StringComparison.Ordinal);
        Assert.Contains("<code>ABCD-1234</code> (login-expired)", html, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>"), InlineData("\"><img src=x onerror=alert(1)>"), InlineData("' onmouseover='alert(1)"), InlineData("</title><script>"), InlineData("{{support_code}}")]
    public void XSS_no_value_is_ever_more_than_text(string attack)
    {
        var html = Read(Good)!.Render(new PageValues(attack, attack, attack, attack));
        var harmless = Read(Good)!.Render(new PageValues("", "", "", ""));

        foreach (var mark in (char[])['<', '>', '"', '\''])
        {
            Assert.Equal(harmless.Count(c => c == mark), html.Count(c => c == mark));
        }
    }

    [Fact]
    public void Browser_runs_the_templates_own_styles_and_nothing_else()
    {
        var policy = Read(Good)!.Policy;

        Assert.StartsWith("default-src 'none'; img-src data:; style-src 'sha256-", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
    }

    [Fact]
    public void Image_beside_the_template_becomes_part_of_the_page()
    {
        _folder.Write("logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");

        var html = Read(With("<img src=\"logo.svg\" alt=\"The Bank\">"))!.Render(new PageValues("", ""));

        Assert.Contains("<img src=\"data:image/svg+xml;base64,PHN2", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>", "<script>")]
    [InlineData("<script src=\"https://evil.example.com/x.js\"></script>", "<script>")]
    [InlineData("<iframe src=\"https://evil.example.com\"></iframe>", "<iframe>")]
    [InlineData("<link rel=\"stylesheet\" href=\"https://cdn.example.com/x.css\">", "<link>")]
    [InlineData("<base href=\"https://evil.example.com/\">", "<base>")]
    [InlineData("<svg onload=\"alert(1)\"></svg>", "<svg>")]
    [InlineData("<meta http-equiv=\"refresh\" content=\"0;url=https://evil.example.com\">", "http-equiv")]
    [InlineData("<p onclick=\"alert(1)\">x</p>", "onclick")]
    [InlineData("<p style=\"color:red\">x</p>", "style attributes")]
    [InlineData("<a href=\"javascript:alert(1)\">x</a>", "href goes elsewhere")]
    [InlineData("<a href=\"JaVaScRiPt:alert(1)\">x</a>", "href goes elsewhere")]
    [InlineData("<a href=\"//evil.example.com\">x</a>", "href goes elsewhere")]
    [InlineData("<a href=\"data:text/html,x\">x</a>", "href goes elsewhere")]
    [InlineData("<a href=\"x{{action_url}}\">x</a>", "href")]
    [InlineData("<form method=\"post\" action=\"https://evil.example.com\"></form>", "<form>")]
    [InlineData("<form method=\"post\" action=\"{{action_url}}\"></form>", "nothing to send")]
    [InlineData("<input name=\"password\">", "<input>")]
    [InlineData("<p class=\"{{title}}\">x</p>", "as the whole href")]
    [InlineData("<p class={{title}}>x</p>", "no attribute")]
    [InlineData("<{{title}}>", "no tag")]
    [InlineData("<!-- {{title}} -->", "as the whole href")]
    [InlineData("<!-- --!> <p> -->", "comment")]
    [InlineData("<p>{{action_url}}</p>", "is the href")]
    [InlineData("<p>{{password}}</p>", "is no value")]
    [InlineData("<p>{{title}</p>{{", null)]
    [InlineData("<img src=\"logo.svg\">", "alt")]
    [InlineData("<img src=\"missing.svg\" alt=\"\">", "cannot be read")]
    [InlineData("<img src=\"../secret.png\" alt=\"\">", "no image beside")]
    [InlineData("<img src=\"https://evil.example.com/x.png\" alt=\"\">", "no image beside")]
    [InlineData("<img src=\"notes.txt\" alt=\"\">", "no image beside")]
    [InlineData("<p id=\"a\" id=\"b\">x</p>", "second id")]
    [InlineData("<p class=\"a>x</p>", "is no attribute")]
    [InlineData("a < b", "no tag")]
    [InlineData("<h1>again</h1>", "<h1> exactly once")]
    public void What_does_not_belong_into_a_page_of_the_login_is_a_fault(string html, string? why)
    {
        var faults = new ConfigFaults();
        var template = PageReader.Read(_folder.Write("sign-in-failed.html", With(html)), PageKind.SignInFailed, faults);

        if (why is null)
        {
            Assert.NotNull(template);
            return;
        }

        Assert.Null(template);
        Assert.Contains(faults, fault => fault.ToString().Contains(why, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<html lang=\"en\">", "<html>", "no language")]
    [InlineData("<title>{{title}} - The Bank</title>", "", "<title> exactly once")]
    [InlineData("<main>", "<div>", "<main> exactly once")]
    [InlineData("<h1>{{ title }}</h1>", "", "<h1> exactly once")]
    [InlineData("<meta charset=\"utf-8\">", "", "charset")]
    [InlineData("{{support_code}}", "", "needs {{support_code}}")]
    [InlineData("{{action_url}}", "/", "needs {{action_url}}")]
    [InlineData("</style>", "", "not closed")]
    public void Page_that_somebody_could_not_read_or_use_is_a_fault(string part, string instead, string why) =>
        Assert.Contains(FaultsOf(Good.Replace(part, instead, StringComparison.Ordinal)), fault => fault.ToString().Contains(why, StringComparison.Ordinal));

    [Fact]
    public void Fault_names_file_and_line()
    {
        var fault = Assert.Single(FaultsOf(With("<p>\n<script>\n</script>")), fault => fault.Line > 0);

        Assert.EndsWith("sign-in-failed.html", fault.File, StringComparison.Ordinal);
        Assert.Equal(8, fault.Line);
    }

    [Fact]
    public void Form_that_signs_out_is_sent_to_us_and_a_link_would_not_do()
    {
        var form = Good.Replace("<a class=\"button\" href=\"{{action_url}}\">Try again</a>", "<form method=\"post\" action=\"{{action_url}}\"><button type=\"submit\">Sign out</button></form>", StringComparison.Ordinal);
        var faults = new ConfigFaults();

        Assert.NotNull(PageReader.Read(_folder.Write("sign-out.html", form), PageKind.SignOut, faults));
        Assert.Null(PageReader.Read(_folder.Write("sign-out.html", Good), PageKind.SignOut, faults));
    }

    [Fact]
    public void Too_large_or_no_text_at_all_is_a_fault()
    {
        Assert.Contains(FaultsOf(Good + new string(' ', 300 * 1024)), fault => fault.Message.Contains("larger", StringComparison.Ordinal));

        var file = Path.Combine(_folder.Path, "signed-out.html");
        File.WriteAllBytes(file, [0xff, 0xfe, 0x00]);
        var faults = new ConfigFaults();
        Assert.Null(PageReader.Read(file, PageKind.SignedOut, faults));
        Assert.Contains("UTF-8", Assert.Single(faults).Message, StringComparison.Ordinal);
    }

    internal static string With(string html) => Good.Replace("</main>", html + "</main>", StringComparison.Ordinal);

    private PageTemplate? Read(string html)
    {
        var faults = new ConfigFaults();
        var template = PageReader.Read(_folder.Write("sign-in-failed.html", html), PageKind.SignInFailed, faults);
        Assert.Empty(faults);
        return template;
    }

    private ConfigFaults FaultsOf(string html)
    {
        var faults = new ConfigFaults();
        Assert.Null(PageReader.Read(_folder.Write("sign-in-failed.html", html), PageKind.SignInFailed, faults));
        return faults;
    }
}
