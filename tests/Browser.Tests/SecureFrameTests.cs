using Microsoft.Playwright;

namespace AuthProxy.Browser.Tests;

/// <summary>What people and developers have of the secure frame, in the bank's pages on two hosts.</summary>
[Collection(DemoInBrowser.Collection)]
public sealed class SecureFrameTests(DemoInBrowser demo)
{
    private static readonly FilePayload Passport = new() { Name = "passport.pdf", MimeType = "application/pdf", Buffer = "the passport"u8.ToArray() };

    [Fact]
    public async Task Value_typed_into_a_field_is_read_in_a_field_and_nowhere_else()
    {
        await using var pages = await SecureFramePages.OpenAsync(demo, "alice");
        var sentToTheBank = new List<string>();
        pages.Person.Request += (_, request) =>
        {
            if (request.Url.StartsWith(demo.Bank, StringComparison.Ordinal))
            {
                sentToTheBank.Add(request.Url + request.PostData);
            }
        };

        // The button is pressed right after typing: the form waits for the token.
        var (profile, token) = await pages.WithValueAsync(await pages.GoAsync("/profile/edit"));

        Assert.DoesNotContain(SecureFramePages.Value, await profile.ContentAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(sentToTheBank, sent => sent.Contains(SecureFramePages.Value, StringComparison.Ordinal));
        Assert.Contains(sentToTheBank, sent => sent.Contains($$"""{"ssn_token":"{{token}}"}""", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Field_is_one_of_the_form_what_it_sends_is_the_token()
    {
        await using var pages = await SecureFramePages.OpenAsync(demo, "alice");
        var page = await pages.GoAsync("/profile/edit");
        await SecureFramePages.ListenAsync(page);
        var field = SecureFramePages.Inside(page, "secure-input").Locator("input");
        await Assertions.Expect(field).ToBeVisibleAsync();

        Assert.Equal("true null", await page.EvaluateAsync<string>("() => `${document.querySelector('#ssn').matches(':invalid')} ${new FormData(document.querySelector('#ssn')).get('ssn_token')}`"));
        await field.FillAsync("1");
        await field.BlurAsync();
        await SecureFramePages.SaidAsync(page, "token lunasec-");
        Assert.Equal("said true", await page.EvaluateAsync<string>("() => `said ${said[0] === 'token ' + new FormData(document.querySelector('#ssn')).get('ssn_token')}`"));

        await page.EvaluateAsync("() => document.querySelector('#ssn').reset()");
        await Assertions.Expect(field).ToHaveValueAsync("");
        Assert.Null(await page.EvaluateAsync<string?>("() => new FormData(document.querySelector('#ssn')).get('ssn_token')"));

        // Typed, and not yet left: that is undone, too.
        await field.FillAsync("2");
        await page.EvaluateAsync("() => document.querySelector('#ssn').reset()");
        await Assertions.Expect(field).ToHaveValueAsync("");

        await field.FillAsync("3");
        await field.FillAsync("");
        await field.BlurAsync();
        await SecureFramePages.SaidAsync(page, "token null");
    }

    [Fact]
    public async Task Field_can_be_found_named_and_used_without_a_mouse_and_tells_its_failure()
    {
        await using var pages = await SecureFramePages.OpenAsync(demo, "alice");
        var page = await pages.GoAsync("/profile/edit");
        var field = SecureFramePages.Inside(page, "secure-input").GetByRole(AriaRole.Textbox, new() { Name = "Social security number" });
        await Assertions.Expect(field).ToBeVisibleAsync();

        await page.ClickAsync("label[for=ssn-field]");
        await Assertions.Expect(field).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("078");
        await Assertions.Expect(field).ToHaveValueAsync("078");
        await page.EvaluateAsync("() => document.querySelector('secure-input').setAttribute('token', 'no token')");

        await Assertions.Expect(SecureFramePages.Inside(page, "secure-input").GetByRole(AriaRole.Alert)).ToHaveTextAsync("There is no such value.");
        await Assertions.Expect(field).ToHaveAttributeAsync("aria-invalid", "true");
    }

    [Fact]
    public async Task File_goes_to_the_vault_and_comes_back_to_the_users_downloads()
    {
        await using var pages = await SecureFramePages.OpenAsync(demo, "alice");
        var page = await pages.GoAsync("/profile/edit");
        await SecureFramePages.Inside(page, "secure-uploader").Locator("input").SetInputFilesAsync(Passport);
        await page.ClickAsync("form[action='/profile/passport'] button");
        await page.WaitForURLAsync(demo.Bank + "/profile");

        var button = SecureFramePages.Inside(page, "secure-downloader").Locator("button");
        await Assertions.Expect(button).ToHaveTextAsync("Download passport.pdf");
        var download = await page.RunAndWaitForDownloadAsync(() => button.ClickAsync());

        Assert.Equal("passport.pdf", download.SuggestedFilename);
        Assert.Equal("the passport", await File.ReadAllTextAsync(await download.PathAsync()));
    }

    [Fact]
    public async Task File_that_is_too_large_is_told_as_such_before_a_byte_of_it_is_sent()
    {
        await using var pages = await SecureFramePages.OpenAsync(demo, "alice");
        var page = await pages.GoAsync("/profile/edit");
        await SecureFramePages.ListenAsync(page);
        var sent = new List<string>();
        page.Request += (_, request) => sent.Add($"{request.Method} {new Uri(request.Url).AbsolutePath}");
        var file = Path.GetTempFileName();
        try
        {
            await using (var stream = File.OpenWrite(file))
            {
                stream.SetLength((100 * 1024 * 1024) + 1);
            }

            await SecureFramePages.Inside(page, "secure-uploader").Locator("input").SetInputFilesAsync(file);
            await SecureFramePages.SaidAsync(page, "value-too-large");
        }
        finally
        {
            File.Delete(file);
        }

        Assert.DoesNotContain("POST /tokenize", sent);
        await Assertions.Expect(SecureFramePages.Inside(page, "secure-uploader").GetByRole(AriaRole.Alert)).ToHaveTextAsync("This is larger than is allowed here.");
    }

    [Fact]
    public async Task Without_a_session_a_field_says_so_and_works_again_once_there_is_one()
    {
        await using var pages = await SecureFramePages.OpenAsync(demo, "alice");
        var (page, _) = await pages.WithValueAsync(await pages.GoAsync("/profile/edit"));
        var cookies = await pages.Person.CookiesAsync([pages.Vault]);
        await pages.Person.ClearCookiesAsync(new() { Domain = new Uri(pages.Vault).Host });
        var inside = SecureFramePages.Inside(page, "secure-text");

        // As when the page comes back from the browser's memory.
        await inside.Locator("body").EvaluateAsync("() => { dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })); }");
        await Assertions.Expect(inside.GetByRole(AriaRole.Alert)).ToHaveTextAsync("You are not signed in.");
        await Assertions.Expect(inside.Locator("output")).ToHaveTextAsync("");

        await pages.Person.AddCookiesAsync(cookies.Select(cookie => new Cookie
        {
            Name = cookie.Name,
            Value = cookie.Value,
            Url = pages.Vault.Replace("http:", "https:", StringComparison.Ordinal),
            HttpOnly = true,
            Secure = true,
            SameSite = cookie.SameSite,
        }));
        await inside.Locator("body").ClickAsync();
        await Assertions.Expect(inside.Locator("output")).ToHaveTextAsync(SecureFramePages.Value);
    }

    [Fact]
    public async Task Session_that_ends_takes_what_is_shown_and_typed_with_it()
    {
        await using var pages = await SecureFramePages.OpenAsync(demo);
        var (profile, _) = await pages.WithValueAsync(await pages.SignInAsync("alice", "/profile/edit"));
        var edit = await pages.GoAsync("/profile/edit");
        await SecureFramePages.ListenAsync(edit);
        var field = SecureFramePages.Inside(edit, "secure-input").Locator("input");
        await Assertions.Expect(field).ToBeVisibleAsync();
        await pages.SignOutAsync();

        var stored = 0;
        edit.Request += (_, request) => stored += request.Method == "PUT" ? 1 : 0;
        await field.EvaluateAsync("field => { field.value = 'typed'; field.dispatchEvent(new Event('input')); }");
        await edit.WaitForFunctionAsync("() => document.querySelector('secure-input').matches(':valid')");
        await edit.EvaluateAsync("() => { const form = document.querySelector('#ssn'); form.noValidate = true; form.requestSubmit(); }");
        await SecureFramePages.SaidAsync(edit, "credentials-missing");
        await Assertions.Expect(field).ToHaveValueAsync("");
        Assert.Equal(0, stored);
        await SecureFramePages.Inside(profile, "secure-text").Locator("body").ClickAsync();
        await Assertions.Expect(SecureFramePages.Inside(profile, "secure-text").GetByRole(AriaRole.Alert)).ToHaveTextAsync("You are not signed in.");
        await Assertions.Expect(SecureFramePages.Inside(profile, "secure-text").Locator("output")).ToHaveTextAsync("");
    }

    [Fact]
    public async Task Another_user_in_another_tab_gets_nothing_of_what_is_open_and_each_field_says_so()
    {
        await using var pages = await SecureFramePages.OpenAsync(demo);
        var (profile, token) = await pages.WithValueAsync(await pages.SignInAsync("alice", "/profile/edit"));
        var edit = await pages.GoAsync("/profile/edit");
        await SecureFramePages.ListenAsync(edit);
        var field = SecureFramePages.Inside(edit, "secure-input").Locator("input");
        await field.FillAsync("typed by alice");

        await pages.SignOutAsync();
        var bob = await pages.SignInAsync("bob", "/profile/edit");
        await Assertions.Expect(SecureFramePages.Inside(bob, "secure-input").Locator("input")).ToBeVisibleAsync();

        // Nobody touched the tabs of before: they were told by the other user's.
        await Assertions.Expect(SecureFramePages.Inside(profile, "secure-text").GetByRole(AriaRole.Alert)).ToContainTextAsync("Another session was begun");
        await Assertions.Expect(SecureFramePages.Inside(profile, "secure-text").Locator("output")).ToHaveTextAsync("");
        await SecureFramePages.SaidAsync(edit, "session-hash-mismatch");
        await Assertions.Expect(field).ToHaveValueAsync("");

        // A field that is new on the page is of the session that the page's fields are of.
        await edit.EvaluateAsync("token => document.body.append(Object.assign(document.createElement('secure-text'), { token }))", token);
        await Assertions.Expect(SecureFramePages.Inside(edit, "secure-text").GetByRole(AriaRole.Alert)).ToContainTextAsync("Another session was begun");

        // And Bob's own page cannot read Alice's token.
        foreach (var element in new[] { "secure-text", "secure-downloader" })
        {
            await bob.EvaluateAsync("([element, token]) => document.body.append(Object.assign(document.createElement(element), { token }))", new[] { element, token });
            await Assertions.Expect(SecureFramePages.Inside(bob, element).GetByRole(AriaRole.Alert)).ToHaveTextAsync("You may not see this value.");
        }
    }
}
