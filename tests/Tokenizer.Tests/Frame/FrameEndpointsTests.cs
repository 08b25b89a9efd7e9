using System.Text.RegularExpressions;
using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Frame;

/// <summary>One Tokenizer for all: none of these tests changes anything.</summary>
public sealed class FrameHost : IAsyncLifetime
{
    public VaultHost Vault { get; private set; } = null!;

    public async Task InitializeAsync() => Vault = await VaultHost.StartAsync();

    public async Task DisposeAsync() => await Vault.DisposeAsync();
}

public sealed partial class FrameEndpointsTests(FrameHost host) : IClassFixture<FrameHost>
{
    private static readonly string[] PageScripts = ["/frame/elements.js", "/frame/secure-element.js", "/frame/secure-form-element.js"];

    [Fact]
    public async Task Frame_runs_our_scripts_only_speaks_to_its_own_origin_only_and_is_held_by_the_applications_pages_only()
    {
        var page = (await GetAsync("/frame")).IsGood();

        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
            + $"frame-ancestors {VaultHost.BankOrigin}; require-trusted-types-for 'script'; trusted-types 'none'",
            page.Header("Content-Security-Policy"));
        Assert.Equal("nosniff", page.Header("X-Content-Type-Options"));
        Assert.Equal("no-referrer", page.Header("Referrer-Policy"));
        Assert.Equal("?1", page.Header("Origin-Agent-Cluster"));
        Assert.Equal("same-origin", page.Header("Cross-Origin-Opener-Policy"));
        Assert.Equal("require-corp", page.Header("Cross-Origin-Embedder-Policy"));
        Assert.Contains("clipboard-read=()", page.Header("Permissions-Policy"), StringComparison.Ordinal);
        Assert.Equal("text/html; charset=utf-8", page.Header("Content-Type"));
        Assert.Null(page.Header("Set-Cookie"));
        Assert.Null(page.Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Frame_hears_the_origins_of_the_configuration_whatever_its_address_says()
    {
        Assert.Equal(VaultHost.BankOrigin, OriginsOf(await GetAsync("/frame")));
        Assert.Equal(VaultHost.BankOrigin, OriginsOf(await GetAsync("/frame?origin=http://evil.test&n=1")));
        Assert.Equal(VaultHost.DeskOrigin, OriginsOf(await GetAsync("/frame", VaultHost.DeskHostName)));
    }

    [Fact]
    public async Task Application_without_pages_of_its_own_has_a_frame_that_nobody_holds()
    {
        var page = await GetAsync("/frame", VaultHost.ShopHostName);

        Assert.Contains("frame-ancestors 'none';", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("", OriginsOf(page));
    }

    [Fact]
    public async Task Host_that_is_no_vault_has_no_frame_and_no_scripts()
    {
        foreach (var path in await EverythingAsync())
        {
            (await GetAsync(path, "bank.app.localhost:4455")).IsRefused(421, "host-unknown");
        }
    }

    [Fact]
    public async Task Frame_is_the_same_for_everybody()
    {
        var visitor = await GetAsync("/frame");
        var alice = await host.Vault.GetAsync(Person.Alice, "/frame");

        Assert.Equal(visitor.Text, alice.IsGood().Text);
        Assert.Null(alice.Header("lunasec-session-hash"));
    }

    [Fact]
    public async Task What_a_browser_holds_is_not_sent_again()
    {
        foreach (var path in await EverythingAsync())
        {
            var tag = (await GetAsync(path)).IsGood().Header("ETag")!;
            var again = await GetAsync(path, VaultHost.VaultHostName, ("If-None-Match", tag));

            Assert.Equal((304, "", tag), ((int)again.Status, again.Text, again.Header("ETag")));
            Assert.Equal(200, (int)(await GetAsync(path, VaultHost.VaultHostName, ("If-None-Match", "\"other\""))).Status);
        }
    }

    [Fact]
    public async Task Frames_of_two_applications_are_not_taken_for_each_other() =>
        Assert.NotEqual((await GetAsync("/frame")).Header("ETag"), (await GetAsync("/frame", VaultHost.DeskHostName)).Header("ETag"));

    [Fact]
    public async Task Parts_of_the_frame_have_an_address_for_each_content_and_are_kept()
    {
        foreach (var path in await PartsAsync())
        {
            var part = (await GetAsync(path)).IsGood();
            Assert.Equal("public, max-age=31536000, immutable", part.Header("Cache-Control"));
            Assert.Equal("same-origin", part.Header("Cross-Origin-Resource-Policy"));
            Assert.Equal("nosniff", part.Header("X-Content-Type-Options"));
            Assert.Null((await GetAsync(path, VaultHost.VaultHostName, ("Origin", VaultHost.BankOrigin))).Header("Access-Control-Allow-Origin"));
            (await GetAsync("/frame/" + path.Split('/')[^1])).IsRefused(404, "route-unknown");
            (await GetAsync("/frame/00000000000000000000000000000000/" + path.Split('/')[^1])).IsRefused(404, "route-unknown");
        }

        Assert.Equal("no-cache", (await GetAsync("/frame")).Header("Cache-Control"));
    }

    [Fact]
    public async Task Only_the_applications_pages_load_the_elements()
    {
        foreach (var path in PageScripts)
        {
            var own = (await GetAsync(path, VaultHost.VaultHostName, ("Origin", VaultHost.BankOrigin), ("Sec-Fetch-Site", "same-site"))).IsGood();
            Assert.Equal((VaultHost.BankOrigin, "Origin", "no-cache"), (own.Header("Access-Control-Allow-Origin"), own.Header("Vary"), own.Header("Cache-Control")));
            Assert.Null(own.Header("Access-Control-Allow-Credentials"));
            foreach (var origin in new[] { VaultHost.DeskOrigin, "http://evil.app.localhost:4455", "null" })
            {
                Assert.Null((await GetAsync(path, VaultHost.VaultHostName, ("Origin", origin))).Header("Access-Control-Allow-Origin"));
            }
        }
    }

    // Text becomes text, and nothing of it ever code: Trusted Types would stop it in browsers that have them, and this does in all.
    [Fact]
    public async Task XSS_no_script_of_ours_makes_markup_or_code_of_text()
    {
        foreach (var path in (await PartsAsync()).Concat(PageScripts).Where(path => path.EndsWith(".js", StringComparison.Ordinal)))
        {
            Assert.DoesNotMatch(@"innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|\beval\b|\bFunction\(|javascript:|setHTML|DOMParser|createContextualFragment", (await GetAsync(path)).Text);
        }
    }

    private async Task<IEnumerable<string>> EverythingAsync() => ["/frame", .. await PartsAsync(), .. PageScripts];

    /// <summary>What the page names, and what that imports.</summary>
    private async Task<IReadOnlyCollection<string>> PartsAsync()
    {
        var found = new SortedSet<string>(Named().Matches((await GetAsync("/frame")).Text).Select(name => name.Groups[1].Value));
        var folder = found.First()[..(found.First().LastIndexOf('/') + 1)];
        for (var open = new Queue<string>(found); open.TryDequeue(out var path);)
        {
            foreach (var part in Imported().Matches((await GetAsync(path)).IsGood().Text).Select(name => folder + name.Groups[1].Value).Where(found.Add))
            {
                open.Enqueue(part);
            }
        }

        Assert.Equal(10, found.Count);
        return found;
    }

    private Task<Answered> GetAsync(string path, string hostName = VaultHost.VaultHostName, params (string Name, string Value)[] headers) =>
        host.Vault.Users.SendAsync(HttpMethod.Get, path, null, [("Host", hostName), .. headers]);

    private static string OriginsOf(Answered page) => Origins().Match(page.IsGood().Text).Groups[1].Value;

    [GeneratedRegex("(?:href|src)=\"(/frame/[^\"]+)\"")]
    private static partial Regex Named();

    [GeneratedRegex(@"from '\./([^']+)'")]
    private static partial Regex Imported();

    [GeneratedRegex("<meta name=\"origins\" content=\"([^\"]*)\">")]
    private static partial Regex Origins();
}
