using Microsoft.Playwright;

namespace AuthProxy.Browser.Tests;

/// <summary>The secure frame in the bank's pages, on two hosts: values are typed and read there, and no script of the page comes near them.</summary>
[Collection(DemoInBrowser.Collection)]
public sealed class SecureFrameTests(DemoInBrowser demo)
{
    private const string Value = "078-05-1120";

    [Fact]
    public async Task Value_typed_into_a_field_is_read_in_a_field_and_nowhere_else()
    {
        await using var person = await demo.NewPersonAsync();
        var page = await person.NewPageAsync();
        var sentToTheBank = new List<string>();
        page.Request += (_, request) =>
        {
            if (request.Url.StartsWith(demo.Bank, StringComparison.Ordinal))
            {
                sentToTheBank.Add(request.Url + request.PostData);
            }
        };

        await page.GotoAsync(demo.Bank + "/profile/edit");
        await DemoInBrowser.LogInAsync(page, "alice");
        await page.FrameLocator("secure-input >> iframe").Locator("input").FillAsync(Value);
        await page.ClickAsync("#ssn button");
        await page.WaitForURLAsync(demo.Bank + "/profile");

        await Assertions.Expect(page.FrameLocator("secure-text >> iframe").Locator("output")).ToHaveTextAsync(Value);
        Assert.DoesNotContain(Value, await page.ContentAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(sentToTheBank, sent => sent.Contains(Value, StringComparison.Ordinal));
        Assert.Contains(sentToTheBank, sent => sent.Contains("lunasec-", StringComparison.Ordinal));
    }
}
