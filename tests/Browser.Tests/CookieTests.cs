using Microsoft.Playwright;

namespace AuthProxy.Browser.Tests;

/// <summary>What only a browser decides: which host may read and write which cookie.</summary>
public sealed class CookieTests(RealmInBrowser realm) : IClassFixture<RealmInBrowser>
{
    private const string Session = "__Host-authproxy";

    [Fact]
    public async Task One_login_gives_each_host_a_cookie_of_its_own_that_no_script_reads()
    {
        await using var person = await realm.NewPersonAsync();
        var bank = await realm.SignInAsync(person, realm.Bank + "/account");
        var vault = await person.NewPageAsync();
        await vault.GotoAsync(realm.Vault + "/values");

        Assert.Contains("X-Auth-Subject: alice", await RealmInBrowser.SeenAsync(vault), StringComparison.OrdinalIgnoreCase);
        var cookies = (await person.CookiesAsync()).Where(cookie => cookie.Name == Session).ToList();
        Assert.Equal(["bank.app.localhost", "vault.app.localhost"], cookies.Select(cookie => cookie.Domain).Order());
        Assert.NotEqual(cookies[0].Value, cookies[1].Value);
        Assert.All(cookies, cookie => Assert.True(cookie is { HttpOnly: true, Secure: true, SameSite: SameSiteAttribute.Lax, Path: "/" }));
        Assert.Equal("", await bank.EvaluateAsync<string>("document.cookie"));
    }

    [Fact]
    public async Task Cookie_tossing_an_attackers_sibling_host_changes_nothing()
    {
        await using var person = await realm.NewPersonAsync();
        var page = await realm.SignInAsync(person, realm.Bank + "/account");
        var before = await SessionOfAsync(person);
        var evil = await person.NewPageAsync();
        await evil.GotoAsync(realm.Evil + "/");

        foreach (var attempt in (string[])
        [
            Session + "=planted; Domain=app.localhost; Path=/; Secure", Session + "=planted; Domain=app.localhost; Path=/account; Secure",
            Session + "=planted; Domain=bank.app.localhost; Path=/; Secure", Session + "=planted; Path=/; Secure",
            "__host-authproxy=planted; Domain=app.localhost; Path=/; Secure", "__Host-authproxy-login=planted; Domain=app.localhost; Path=/; Secure",
            "authproxy=planted; Domain=app.localhost; Path=/",
        ])
        {
            await evil.EvaluateAsync("line => { document.cookie = line }", attempt);
        }

        await page.ReloadAsync();
        Assert.Contains("X-Auth-Subject: alice", await RealmInBrowser.SeenAsync(page), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(before, await SessionOfAsync(person));
        Assert.DoesNotContain(await person.CookiesAsync([realm.Bank]), cookie => cookie.Name.StartsWith("__Host-", StringComparison.Ordinal) && cookie.Value == "planted");
    }

    [Fact]
    public async Task Cookie_tossing_a_flood_of_large_cookies_from_a_sibling_host_leaves_the_session_alone()
    {
        await using var person = await realm.NewPersonAsync();
        var page = await realm.SignInAsync(person, realm.Bank + "/account");
        var before = await SessionOfAsync(person);
        var evil = await person.NewPageAsync();
        await evil.GotoAsync(realm.Evil + "/");
        await evil.EvaluateAsync("() => { for (let i = 0; i < 4; i++) document.cookie = `big${i}=${'x'.repeat(3500)}; Domain=app.localhost; Path=/` }");

        await page.ReloadAsync();

        Assert.Contains("X-Auth-Subject: alice", await RealmInBrowser.SeenAsync(page), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(before, await SessionOfAsync(person));
    }

    [Fact]
    public async Task Planted_garbage_under_our_names_is_replaced_by_the_login_and_hinders_nobody()
    {
        await using var person = await realm.NewPersonAsync();
        await person.AddCookiesAsync(
        [
            new() { Name = Session, Value = "garbage", Url = realm.Bank.Replace("http:", "https:", StringComparison.Ordinal), Secure = true },
            new() { Name = Session + "-login", Value = new string('x', 3000), Url = realm.Bank.Replace("http:", "https:", StringComparison.Ordinal), Secure = true },
        ]);

        var page = await realm.SignInAsync(person, realm.Bank + "/account");

        Assert.Contains("X-Auth-Subject: alice", await RealmInBrowser.SeenAsync(page), StringComparison.OrdinalIgnoreCase);
        Assert.NotEqual("garbage", await SessionOfAsync(person));
    }

    [Fact]
    public async Task Page_of_a_sibling_host_cannot_act_with_the_session()
    {
        await using var person = await realm.NewPersonAsync();
        await realm.SignInAsync(person, realm.Bank + "/account");
        var evil = await person.NewPageAsync();
        await evil.GotoAsync(realm.Evil + "/");

        // Same site: the browser sends the cookie along, and the Proxy has to refuse.
        var answer = evil.WaitForResponseAsync(response => response.Url.EndsWith("/transfer", StringComparison.Ordinal) && response.Request.Method == "POST");
        await evil.EvaluateAsync("url => { fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include', body: 'x' }).catch(() => {}) }", realm.Bank + "/transfer");

        Assert.Equal(403, (await answer).Status);
    }

    [Fact]
    public async Task Guest_is_let_in_and_is_somebody_after_the_login()
    {
        await using var person = await realm.NewPersonAsync();
        var page = await person.NewPageAsync();
        await page.GotoAsync(realm.Bank + "/guests/cart");
        var guest = await RealmInBrowser.SeenAsync(page);
        await page.ReloadAsync();

        Assert.Contains("X-Auth-Guest: true", guest, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(Line(guest, "X-Auth-Subject"), Line(await RealmInBrowser.SeenAsync(page), "X-Auth-Subject"));

        await realm.SignInAsync(person, realm.Bank + "/checkout");
        await page.ReloadAsync();
        Assert.Contains("X-Auth-Subject: alice", await RealmInBrowser.SeenAsync(page), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("X-Auth-Guest", await RealmInBrowser.SeenAsync(page), StringComparison.OrdinalIgnoreCase);
    }

    private static string Line(string seen, string header) => seen.Split('\n').Single(line => line.StartsWith(header, StringComparison.OrdinalIgnoreCase));

    private async Task<string> SessionOfAsync(IBrowserContext person) => (await person.CookiesAsync([realm.Bank])).Single(cookie => cookie.Name == Session).Value;
}
