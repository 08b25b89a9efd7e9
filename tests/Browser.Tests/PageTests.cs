using Microsoft.Playwright;

namespace AuthProxy.Browser.Tests;

/// <summary>The Proxy's own pages: readable for everybody, and nothing in them runs.</summary>
public sealed class PageTests(RealmInBrowser realm) : IClassFixture<RealmInBrowser>
{
    // What tools such as axe look for first, by hand: language, title, one heading, one main, names for what can be pressed, contrast (WCAG 1.4.3).
    private const string Check = """
        () => {
          const faults = [];
          if (!document.documentElement.lang) faults.push('no language');
          if (!document.title.trim()) faults.push('no title');
          if (document.querySelectorAll('h1').length !== 1) faults.push('not one h1');
          if (document.querySelectorAll('main').length !== 1) faults.push('not one main');
          if (document.scripts.length) faults.push('a script');
          for (const pressed of document.querySelectorAll('a,button')) if (!pressed.textContent.trim()) faults.push('no name');
          for (const image of document.images) if (!image.hasAttribute('alt')) faults.push('no alt');
          const rgb = text => text.match(/[\d.]+/g).map(Number);
          const background = element => { for (let at = element; at; at = at.parentElement) { const c = rgb(getComputedStyle(at).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
          const luminance = c => { const [r, g, b] = c.slice(0, 3).map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
          for (const element of document.querySelectorAll('h1,p,a,button,small,code')) {
            const [one, other] = [luminance(rgb(getComputedStyle(element).color)), luminance(background(element))].sort((x, y) => y - x);
            if ((one + 0.05) / (other + 0.05) < 4.5) faults.push('contrast of ' + element.tagName);
          }
          return faults.join(', ');
        }
        """;

    [Theory]
    [InlineData("/.authproxy/logout", ColorScheme.Light), InlineData("/.authproxy/logout", ColorScheme.Dark)]
    [InlineData("/.authproxy/signed-out", ColorScheme.Light)]
    [InlineData("/.authproxy/callback?state=x", ColorScheme.Light), InlineData("/.authproxy/callback?state=x", ColorScheme.Dark)]
    public async Task Page_is_readable_for_everybody(string path, ColorScheme scheme)
    {
        await using var person = await realm.NewPersonAsync();
        var page = await person.NewPageAsync();
        await page.EmulateMediaAsync(new() { ColorScheme = scheme });
        var answer = await page.GotoAsync(realm.Bank + path);

        Assert.Equal("", await page.EvaluateAsync<string>(Check));
        Assert.StartsWith("default-src 'none'", await answer!.HeaderValueAsync("content-security-policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_out_takes_a_keyboard_and_no_script()
    {
        await using var person = await realm.NewPersonAsync();
        await realm.SignInAsync(person, realm.Bank + "/account");
        var page = await person.NewPageAsync();
        await page.GotoAsync(realm.Bank + "/.authproxy/logout");
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Sign out", await page.EvaluateAsync<string>("document.activeElement.textContent"));
        Assert.NotEqual("none", await page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));

        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync(url => !url.StartsWith(realm.Bank + "/.authproxy/logout", StringComparison.Ordinal));

        Assert.DoesNotContain(await person.CookiesAsync([realm.Bank]), cookie => cookie.Name == "__Host-authproxy");
    }

    [Fact]
    public async Task Operators_template_is_shown_with_its_styles()
    {
        await using var person = await realm.NewPersonAsync();
        var page = await person.NewPageAsync();
        var complaints = new List<string>();
        page.Console += (_, message) => complaints.Add(message.Text);
        await page.GotoAsync(realm.Bank + "/.authproxy/signed-out");

        Assert.Equal("You are signed out. - The Bank", await page.TitleAsync());
        Assert.Equal("rgb(6, 69, 173)", await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('a')).color"));
        Assert.DoesNotContain(complaints, text => text.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task XSS_what_comes_back_to_the_callback_is_shown_nowhere()
    {
        await using var person = await realm.NewPersonAsync();
        var page = await person.NewPageAsync();
        var alerts = 0;
        page.Dialog += async (_, dialog) =>
        {
            alerts++;
            await dialog.DismissAsync();
        };
        var attack = Uri.EscapeDataString("\"><img src=x onerror=alert(1)><script>alert(1)</script>");
        await page.GotoAsync($"{realm.Bank}/.authproxy/callback?state={attack}&error={attack}&error_description={attack}&iss={attack}");

        Assert.Equal(0, alerts);
        Assert.Equal(0, await page.EvaluateAsync<int>("document.images.length + document.scripts.length"));
        Assert.DoesNotContain("alert", await page.ContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clickjacking_no_page_of_a_sibling_host_frames_the_question_whether_to_sign_out()
    {
        await using var person = await realm.NewPersonAsync();
        await realm.SignInAsync(person, realm.Bank + "/account");
        var evil = await person.NewPageAsync();
        await evil.GotoAsync(realm.Evil + "/");
        await evil.EvaluateAsync("url => new Promise(done => { const frame = document.createElement('iframe'); frame.onload = done; frame.src = url; document.body.append(frame); })", realm.Bank + "/.authproxy/logout");

        Assert.All(evil.Frames.Where(frame => frame != evil.MainFrame), frame => Assert.StartsWith("chrome-error:", frame.Url, StringComparison.Ordinal));
    }
}
