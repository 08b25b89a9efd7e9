namespace AuthProxy.Demo;

internal static class TokenizerChapter
{
    private static readonly string[] OtherAudiences = ["bank", "tokenizer:shop", "tokenizer"];

    public static async Task PlayAsync(Transcript transcript, Cast cast)
    {
        transcript.Chapter("Around the Proxy, straight to the Tokenizer");
        var body = new Lazy<string>(() => $$"""{"tokenId":"{{cast.AliceToken}}"}""");
        await transcript.StepAsync("without an assertion: refused", async stop =>
            Transcript.Expect(await cast.CallTokenizerAsync("/detokenize", body.Value, stop), 401, "assertion-missing"));
        await transcript.StepAsync("with a cookie, or the bank's own key, instead of one: refused", async stop =>
        {
            var cookie = cast.Alice.Cookies.HeaderFor(new Uri(cast.At.Vault)) ?? "";
            Transcript.Expect(await cast.CallTokenizerAsync("/detokenize", body.Value, stop, ("Cookie", cookie)), 401, "assertion-missing");
            Transcript.Expect(await cast.CallTokenizerAsync("/detokenize", body.Value, stop, ("Authorization", cast.BankCredential())), 401, "assertion-missing");
        });
        await transcript.StepAsync("with the Proxy's assertion for another audience: refused", async stop =>
        {
            foreach (var audience in OtherAudiences)
            {
                Transcript.Expect(await CallAsync(cast, body.Value, cast.MintAssertion(audience, TimeSpan.Zero), stop), 401, "assertion-invalid");
            }
        });
        await transcript.StepAsync("with an expired assertion: refused", async stop =>
            Transcript.Expect(await CallAsync(cast, body.Value, cast.MintAssertion("tokenizer:bank", TimeSpan.FromMinutes(3)), stop), 401, "assertion-invalid"));
        await transcript.StepAsync("(and with a right one, so that nothing else was the reason: answered)", async stop =>
            Transcript.Expect(await CallAsync(cast, body.Value, cast.MintAssertion("tokenizer:bank", TimeSpan.Zero), stop), 200));
        await transcript.StepAsync("no login redirect of the Tokenizer's own took place, and none can", async stop =>
        {
            var own = cast.Everybody.SelectMany(browser => browser.Redirects).FirstOrDefault(url => url.AbsolutePath.StartsWith("/session/", StringComparison.Ordinal));
            Transcript.Expect(own is null, $"a browser was sent to {own?.AbsolutePath}");

            var ensure = await cast.Alice.GoOnceAsync(cast.At.Vault + "/session/ensure", stop);
            Transcript.Expect(ensure, 200);
            Transcript.Expect(!ensure.Headers.ContainsKey("Set-Cookie"), "/session/ensure set a cookie");
            Transcript.Expect(await cast.Alice.GoOnceAsync(cast.At.Vault + "/session/create?state=x&openid_token=y", stop), 404);
        });
    }

    private static Task<Answer> CallAsync(Cast cast, string body, string assertion, CancellationToken stop) =>
        cast.CallTokenizerAsync("/detokenize", body, stop, ("X-Auth-Assertion", assertion));
}
