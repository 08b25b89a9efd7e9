using System.Text.RegularExpressions;
using AuthProxy.TestKit;
using Microsoft.Playwright;

namespace AuthProxy.Browser.Tests;

/// <summary>The demo's real processes, and a real Chromium in front of them, for all tests that only need people of their own.</summary>
[CollectionDefinition(Collection)]
public sealed partial class DemoInBrowser : IAsyncLifetime, ICollectionFixture<DemoInBrowser>
{
    public const string Collection = "the demo";

    // Where the demo's other listeners stand from its first port on.
    private static readonly int[] Distances = [0, 1, 6, 7, 15, 25];

    private readonly TestFolder _folder = new();
    private readonly Dictionary<string, string> _signedIn = [];
    private RunningProcess _demo = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    /// <summary>The bank's origin, as the demo printed it.</summary>
    public string Bank { get; private set; } = "";

    public async Task InitializeAsync()
    {
        _demo = RunningProcess.Start(
            Repository.Built("samples/Demo", "AuthProxy.Demo"),
            ["--port-base", $"{Loopback.FreeBase(Distances)}", "--data-folder", _folder.Path],
            Repository.Root);
        Bank = await WaitForBankAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _demo.Terminate();
        await _demo.WaitForExitAsync();
        await _demo.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A person's browser without any cookie.</summary>
    public Task<IBrowserContext> NewPersonAsync() => _browser.NewContextAsync();

    /// <summary>The browser of somebody who signed in before; all of them share one session, so it is not for tests that end it.</summary>
    public async Task<IBrowserContext> NewCustomerAsync(string name)
    {
        if (!_signedIn.TryGetValue(name, out var state))
        {
            await using var person = await NewPersonAsync();
            var page = await person.NewPageAsync();
            await page.GotoAsync(Bank + "/me");
            await LogInAsync(page, name);
            await page.WaitForURLAsync(Bank + "/me");
            state = await person.StorageStateAsync();
            _signedIn.Add(name, state);
        }

        return await _browser.NewContextAsync(new() { StorageState = state });
    }

    /// <summary>Fills in the provider's login form on the page in front.</summary>
    public static async Task LogInAsync(IPage page, string name)
    {
        await page.FillAsync("input[name=username]", name);
        await page.FillAsync("input[name=password]", name + "-demo");
        await page.ClickAsync("button[type=submit]");
    }

    private async Task<string> WaitForBankAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!_demo.HasExited && !patience.IsCancellationRequested)
        {
            if (BankAddress().Match(_demo.Output) is { Success: true } match)
            {
                return match.Value;
            }

            await Task.Delay(100);
        }

        throw new InvalidOperationException("The demo did not start:\n" + _demo.Output);
    }

    [GeneratedRegex(@"http://bank\.app\.localhost:\d+")]
    private static partial Regex BankAddress();
}
