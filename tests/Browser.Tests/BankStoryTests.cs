using Microsoft.Playwright;

namespace AuthProxy.Browser.Tests;

/// <summary>What a person sees: signing in, ten tabs, signing out.</summary>
[Collection(DemoInBrowser.Collection)]
public sealed class BankStoryTests(DemoInBrowser demo)
{
    [Fact]
    public async Task Login_leads_back_to_the_page_that_was_asked_for()
    {
        await using var person = await demo.NewPersonAsync();
        var page = await person.NewPageAsync();

        await page.GotoAsync(demo.Bank + "/profile");
        await DemoInBrowser.LogInAsync(page, "alice");

        Assert.Equal(demo.Bank + "/profile", page.Url);
        var cookies = await person.CookiesAsync([demo.Bank]);
        var session = Assert.Single(cookies, cookie => cookie.Name == "__Host-authproxy");
        Assert.True(session is { HttpOnly: true, Secure: true, SameSite: SameSiteAttribute.Lax, Path: "/" });
        Assert.Equal("\"\"", await page.EvaluateAsync<string>("JSON.stringify(document.cookie)"));
    }

    [Fact]
    public async Task Ten_tabs_that_start_together_all_arrive_after_one_login()
    {
        await using var person = await demo.NewPersonAsync();
        var tabs = new List<IPage>();
        for (var tab = 0; tab < 10; tab++)
        {
            tabs.Add(await person.NewPageAsync());
        }

        await Task.WhenAll(tabs.Select((tab, number) => tab.GotoAsync($"{demo.Bank}/me?tab={number}")));
        Assert.Single(await person.CookiesAsync([demo.Bank]));
        await DemoInBrowser.LogInAsync(tabs[0], "alice");
        Assert.Equal($"{demo.Bank}/me?tab=0", tabs[0].Url);

        // The others still show the login form: whoever fills it in there arrives too, late or not.
        for (var tab = 1; tab < 10; tab++)
        {
            await DemoInBrowser.LogInAsync(tabs[tab], "alice");
            Assert.Equal($"{demo.Bank}/me?tab={tab}", tabs[tab].Url);
        }
    }

    [Fact]
    public async Task Logout_ends_the_session_in_every_tab()
    {
        await using var person = await demo.NewPersonAsync();
        var page = await person.NewPageAsync();
        await page.GotoAsync(demo.Bank + "/");
        await DemoInBrowser.LogInAsync(page, "bob");
        var other = await person.NewPageAsync();
        await other.GotoAsync(demo.Bank + "/profile");
        Assert.Equal(demo.Bank + "/profile", other.Url);

        await page.ClickAsync("text=Log out");
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await other.ReloadAsync();

        await Assertions.Expect(other.Locator("input[name=password]")).ToBeVisibleAsync();
        Assert.DoesNotContain(await person.CookiesAsync([demo.Bank]), cookie => cookie.Name == "__Host-authproxy");
    }
}
