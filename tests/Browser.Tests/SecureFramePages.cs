using Microsoft.Playwright;

namespace AuthProxy.Browser.Tests;

/// <summary>A customer at the bank's pages, with the vault's frames in them.</summary>
internal sealed class SecureFramePages(DemoInBrowser demo, IBrowserContext person) : IAsyncDisposable
{
    public const string Value = "078-05-1120";

    /// <summary>Somebody who has not signed in.</summary>
    public static async Task<SecureFramePages> OpenAsync(DemoInBrowser demo) => new(demo, await demo.NewPersonAsync());

    /// <summary>Somebody in a session that others share.</summary>
    public static async Task<SecureFramePages> OpenAsync(DemoInBrowser demo, string name) => new(demo, await demo.NewCustomerAsync(name));

    public IBrowserContext Person => person;

    public string Bank => demo.Bank;

    public string Vault => demo.Bank.Replace("//bank.", "//vault.", StringComparison.Ordinal);

    /// <summary>What is inside an element's frame. The application's scripts have no such way.</summary>
    public static IFrameLocator Inside(IPage page, string element) => page.FrameLocator($"{element} >> iframe");

    public async Task<IPage> GoAsync(string path)
    {
        var page = await person.NewPageAsync();
        await page.GotoAsync(demo.Bank + path);
        return page;
    }

    public async Task<IPage> SignInAsync(string name, string path)
    {
        var page = await GoAsync(path);
        await DemoInBrowser.LogInAsync(page, name);
        await page.WaitForURLAsync(demo.Bank + path);
        return page;
    }

    /// <summary>Lets the bank have a token for <see cref="Value"/>; then the profile shows it.</summary>
    /// <param name="page">The page to enter it in.</param>
    public async Task<(IPage Profile, string Token)> WithValueAsync(IPage page)
    {
        await Inside(page, "secure-input").Locator("input").FillAsync(Value);
        await page.ClickAsync("#ssn button");
        await page.WaitForURLAsync(demo.Bank + "/profile");
        await Assertions.Expect(Inside(page, "secure-text").Locator("output")).ToHaveTextAsync(Value);
        return (page, (await page.GetAttributeAsync("secure-text", "token"))!);
    }

    /// <summary>Signs out in a tab of its own.</summary>
    public async Task<IPage> SignOutAsync()
    {
        var tab = await GoAsync("/");
        await tab.ClickAsync("text=Log out");
        await tab.WaitForLoadStateAsync(LoadState.NetworkIdle);
        return tab;
    }

    /// <summary>Keeps what the elements of a page say from now on.</summary>
    public static Task ListenAsync(IPage page) => page.EvaluateAsync(
        "() => { window.said = []; for (const type of ['secure-change', 'secure-error']) addEventListener(type, ({ detail }) => said.push(detail.reason ?? `token ${detail.token}`)); }");

    /// <summary>Waits until an element has said something of that kind.</summary>
    public static Task SaidAsync(IPage page, string beginning) =>
        page.WaitForFunctionAsync("beginning => said.some(text => text.startsWith(beginning))", beginning);

    public ValueTask DisposeAsync() => person.DisposeAsync();
}
