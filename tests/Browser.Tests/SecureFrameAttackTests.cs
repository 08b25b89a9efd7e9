using System.Text.RegularExpressions;
using AuthProxy.TestKit;
using Microsoft.Playwright;

namespace AuthProxy.Browser.Tests;

/// <summary>
/// What somebody's script in the bank's own page tries, who knows the token and how the frame is spoken to. It is run in the page's own world, and
/// where the bank's content security policy would help, on a page of the bank that has none.
/// </summary>
[Collection(DemoInBrowser.Collection)]
public sealed partial class SecureFrameAttackTests(DemoInBrowser demo)
{
    // Says what a script of the page finds out by each way that it has; what throws says nothing. Its own text may hold a part of the value by
    // chance (a time, a trace), and never the whole.
    private const string Look = """
        async ({ vault, token, value }) => {
          const frame = [...document.querySelectorAll('*')].map(element => element.shadowRoot?.querySelector('iframe') ?? element).find(element => element.localName === 'iframe');
          const inner = frame.contentWindow;
          const json = { method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ tokenId: token }) };
          const ways = {
            'its document': () => frame.contentDocument?.documentElement.outerHTML,
            'its window': () => inner.document.documentElement.outerHTML,
            'its address': () => inner.location.href,
            'its names': () => Object.getOwnPropertyNames(inner).map(name => inner[name].toString()),
            'frames in it': () => [...inner].map(String),
            'the site': () => { document.domain = 'app.localhost'; return inner.document.documentElement.outerHTML; },
            'a style of it': () => getComputedStyle(inner.document.body).cssText,
            'a search': () => [value, ...value.split('-').filter(part => !document.documentElement.textContent.includes(part))]
              .filter(text => window.find(text, false, false, true, false, true)).map(text => `found ${text}`),
            'the selection': () => { frame.focus(); document.execCommand('selectAll'); return getSelection().toString(); },
            'the clipboard': () => { frame.focus(); document.execCommand('copy'); return navigator.clipboard?.readText(); },
            'the times': () => performance.getEntries().map(entry => entry.name),
            'as the vault does': async () => (await fetch(vault + '/detokenize', json)).text(),
            'as a form does': async () => (await fetch(vault + '/detokenize', { ...json, mode: 'no-cors', headers: { 'content-type': 'text/plain' } })).text(),
            'what it was made with': async () => (await fetch(vault + '/metadata/get', json)).text(),
            'a page of the vault': async () => (await fetch(vault + '/frame', { credentials: 'include' })).text(),
            'a window of it': async () => { const other = open(vault + '/frame#' + 'a'.repeat(32)); await new Promise(done => setTimeout(done, 300)); return other.document.body.textContent; },
          };
          const found = [];
          for (const [way, look] of Object.entries(ways)) {
            const tooLong = new Promise(done => setTimeout(done, 2000, 'nothing'));
            found.push(`${way}: ${await Promise.race([tooLong, (async () => look())()]).catch(fault => fault.name)}`);
          }
          return found;
        }
        """;

    // A frame of the attacker's own making, with a nonce of their own. All that it says is kept.
    private const string Hold = """
        async ({ vault, component, token, style, more }) => {
          window.heard ??= [];
          addEventListener('message', ({ data, origin }) => heard.push(`${origin} ${JSON.stringify(data)}`));
          const nonce = [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');
          const frame = document.createElement('iframe');
          frame.name = component;
          frame.src = `${vault}/frame#${nonce}`;
          await new Promise(done => { frame.onload = done; document.body.append(frame); });
          frame.contentWindow.postMessage({ authproxy: nonce, kind: 'show', component, token, style, ...more }, vault);
          return nonce;
        }
        """;

    // Right in all but who sends it: a window of the same origin beside the frame, or one without any.
    private const string SendFromAnother = """
        async ({ vault, token, nonce, sandbox }) => {
          const other = document.createElement('iframe');
          other.setAttribute('sandbox', sandbox);
          other.srcdoc = `<script>onmessage = ({ data }) => {
            for (const [index, message] of data.forged) (index < 0 ? parent : parent.frames[index]).postMessage(message, '*');
            parent.postMessage('sent', '*');
          }<${'/'}script>`;
          await new Promise(done => { other.onload = done; document.body.append(other); });
          const inPage = document.querySelector('secure-input').shadowRoot.querySelector('iframe').src.split('#')[1];
          const sent = new Promise(done => addEventListener('message', ({ data }) => data === 'sent' && done()));
          other.contentWindow.postMessage({ forged: [
            [0, { authproxy: nonce, kind: 'show', component: 'textarea', token }],
            [-1, { authproxy: inPage, kind: 'changed', token }],
            [-1, { authproxy: inPage, kind: 'refused', reason: 'forged' }],
          ] }, '*');
          await sent;
        }
        """;

    [Fact]
    public async Task XSS_no_way_of_the_banks_page_leads_to_the_value()
    {
        await using var pages = await SecureFramePages.OpenAsync(demo, "alice");
        var (profile, token) = await pages.WithValueAsync(await pages.GoAsync("/profile/edit"));

        SaysNothing(await profile.EvaluateAsync<string[]>(Look, new { vault = pages.Vault, token, value = SecureFramePages.Value }));
    }

    [Fact]
    public async Task XSS_on_a_page_without_a_policy_with_frames_of_its_own_hears_tokens_and_marks_and_no_value()
    {
        await using var pages = await SecureFramePages.OpenAsync(demo, "alice");
        var (_, token) = await pages.WithValueAsync(await pages.GoAsync("/profile/edit"));
        var page = await pages.GoAsync("/me");
        var carriedAway = new List<string>();
        pages.Person.Request += (_, request) => carriedAway.Add(request.Url);
        var theft = $"url({demo.Bank}/theft?value)";
        var style = new Dictionary<string, string>
        {
            ["background"] = theft,
            ["background-color"] = $"red; background: {theft}",
            ["background-image"] = theft,
            ["color"] = "var(--x)",
            ["content"] = theft,
            ["font-family"] = $"x; src: {theft}",
            ["font-size"] = "16px; background: " + theft,
            ["cursor"] = theft,
            ["list-style-image"] = theft,
            ["text-align"] = "right",
        };

        foreach (var component in new[] { "text", "input", "textarea" })
        {
            await page.EvaluateAsync<string>(Hold, new { vault = pages.Vault, component, token, style, more = new { pattern = "^0", type = "text", autofocus = true, innerHTML = "<img src=x>", maxLength = 64 } });
        }

        await Assertions.Expect(page.FrameLocator("[name=text]").Locator("output")).ToHaveTextAsync(SecureFramePages.Value);
        foreach (var entry in new[] { "[name=input]", "[name=textarea]" })
        {
            await Assertions.Expect(page.FrameLocator(entry).Locator("input, textarea")).ToHaveValueAsync(SecureFramePages.Value);
        }

        var root = page.FrameLocator("[name=text]").Locator("html");
        Assert.Equal("text-align: right;", await root.GetAttributeAsync("style"));
        SaysNothing(await page.EvaluateAsync<string[]>(Look, new { vault = pages.Vault, token, value = SecureFramePages.Value }));
        var heard = await page.EvaluateAsync<string[]>("heard");
        SaysNothing(heard);
        Assert.All(heard, message => Assert.Matches($$"""^{{pages.Vault}} {"authproxy":"[0-9a-f]{32}","kind":("here"|"session","mark":"[\w-]+")}$""", message));
        Assert.DoesNotContain(carriedAway, address => address.Contains("theft", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Forged_messages_of_other_windows_and_other_nonces_are_heard_neither_by_the_frame_nor_by_the_page()
    {
        await using var pages = await SecureFramePages.OpenAsync(demo, "alice");
        var (_, token) = await pages.WithValueAsync(await pages.GoAsync("/profile/edit"));
        var page = await pages.GoAsync("/me");
        var nonce = await page.EvaluateAsync<string>(Hold, new { vault = pages.Vault, component = "none" });
        await page.EvaluateAsync("async vault => { await import(vault + '/frame/elements.js'); document.body.append(document.createElement('secure-input')); }", pages.Vault);
        await SecureFramePages.ListenAsync(page);
        await Assertions.Expect(SecureFramePages.Inside(page, "secure-input").Locator("input")).ToBeVisibleAsync();

        foreach (var sandbox in new[] { "allow-scripts allow-same-origin", "allow-scripts" })
        {
            await page.EvaluateAsync(SendFromAnother, new { vault = pages.Vault, token, nonce, sandbox });
        }

        // From the right window, but not with the frame's nonce; and then, behind all of them, a right one: a frame becomes what the first that it hears says.
        await page.EvaluateAsync(
            """
            ({ vault, token, nonce }) => {
              const send = (message) => frames[0].postMessage(message, vault);
              const forged = { authproxy: nonce, kind: 'show', component: 'textarea', token };
              for (const authproxy of ['b'.repeat(32), '', null, [nonce], undefined]) send({ ...forged, authproxy });
              for (const message of [JSON.stringify(forged), null, 7, [forged]]) send(message);
              send({ authproxy: nonce, kind: 'show', component: 'text', token });
            }
            """,
            new { vault = pages.Vault, token, nonce });

        await Assertions.Expect(page.FrameLocator("[name=none]").Locator("output")).ToHaveTextAsync(SecureFramePages.Value);
        Assert.Empty(await page.EvaluateAsync<string[]>("said"));
        Assert.Null(await page.EvaluateAsync<string?>("document.querySelector('secure-input').token"));
    }

    [Fact]
    public async Task Clickjacking_no_other_host_no_sandbox_and_no_page_within_another_hosts_holds_the_frame()
    {
        await using var attacker = await StubUpstream.StartAsync();
        await using var pages = await SecureFramePages.OpenAsync(demo, "alice");
        var evil = await pages.Person.NewPageAsync();
        await evil.GotoAsync($"http://evil.app.localhost:{attacker.Address.Port}/");
        var bank = await pages.GoAsync("/me");

        Assert.StartsWith("chrome-error:", await HeldAsync(evil.MainFrame, $"{pages.Vault}/frame"), StringComparison.Ordinal);
        await HeldAsync(evil.MainFrame, $"{pages.Bank}/me");
        var within = evil.Frames.Single(frame => frame.Url == $"{pages.Bank}/me");
        Assert.StartsWith("chrome-error:", await HeldAsync(within, $"{pages.Vault}/frame"), StringComparison.Ordinal);
        Assert.StartsWith("chrome-error:", await HeldAsync(bank.MainFrame, $"data:text/html,<iframe src='{pages.Vault}/frame'></iframe>"), StringComparison.Ordinal);

        // And it is the frame, and not something about this browser, that makes the difference.
        Assert.Equal($"{pages.Vault}/frame", await HeldAsync(bank.MainFrame, $"{pages.Vault}/frame"));
    }

    [Fact]
    public async Task Hostile_name_and_type_of_a_file_come_to_nothing()
    {
        await using var pages = await SecureFramePages.OpenAsync(demo, "alice");
        var page = await pages.GoAsync("/me");
        await page.EvaluateAsync<string>(Hold, new { vault = pages.Vault, component = "downloader" });
        var token = await page.Frames.Single(frame => frame.Url.StartsWith(pages.Vault, StringComparison.Ordinal)).EvaluateAsync<string>(
            """
            async () => {
              const fileinfo = { filename: '../../.profile\u202Egpj\n.exe<b>"', type: 'text/html' };
              const made = await (await fetch('/tokenize', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ metadata: { dataType: 'file', fileinfo } }) })).json();
              await fetch(made.data.uploadUrl, { method: 'PUT', headers: { 'content-type': 'text/plain' }, body: '<script>opener.stolen = 1</script>' });
              return made.data.tokenId;
            }
            """);
        await page.EvaluateAsync<string>(Hold, new { vault = pages.Vault, component = "downloader", token });

        var button = page.FrameLocator("[name=downloader] >> nth=1").Locator("button");
        await Assertions.Expect(button).ToContainTextAsync("profile");
        var download = await page.RunAndWaitForDownloadAsync(() => button.ClickAsync());

        Assert.Equal("_.._.profilegpj.exe_b_", download.SuggestedFilename.TrimEnd('_') + "_");
        Assert.Single(pages.Person.Pages);
        Assert.DoesNotContain(page.Frames, frame => frame.Url.Contains("/v1/values/", StringComparison.Ordinal));
    }

    /// <summary>Where a frame of that address got to, or one within it.</summary>
    private static async Task<string> HeldAsync(IFrame page, string address)
    {
        var before = page.Page.Frames.ToHashSet();
        await page.EvaluateAsync("address => { document.body.append(Object.assign(document.createElement('iframe'), { src: address })); }", address);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var found = page.Page.Frames.Where(frame => !before.Contains(frame)).Select(frame => frame.Url).FirstOrDefault(url => url.StartsWith("http://", StringComparison.Ordinal) || url.StartsWith("chrome-error:", StringComparison.Ordinal));
            if (found is not null)
            {
                return found;
            }

            await Task.Delay(50, patience.Token);
        }
    }

    // Ports, nonces, traces, times and tokens hold three of its digits by chance; the value fits into none of them.
    private static void SaysNothing(IEnumerable<string> told) => Assert.All(told, text => Assert.DoesNotMatch("078|1120", Random().Replace(text, "*")));

    [GeneratedRegex("localhost:[0-9]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,}|[0-9]{10,}")]
    private static partial Regex Random();
}
