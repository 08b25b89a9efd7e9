namespace AuthProxy.Demo;

internal static class LogoutChapter
{
    public static async Task PlayAsync(Transcript transcript, Cast cast)
    {
        transcript.Chapter("Logout");
        var thief = new Lazy<Browser>(() => cast.AliceTwin());
        await transcript.StepAsync("a form on another site cannot log Alice out", async stop =>
        {
            Transcript.Expect(
                await cast.Alice.PostFormAsync(new Uri(cast.At.Bank + "/.authproxy/logout"), "http://evil.app.localhost", new Dictionary<string, string>(), stop), 403);
            Transcript.Expect(await cast.Alice.FetchAsync(HttpMethod.Get, cast.At.Bank + "/me", null, stop), 200);
        });
        await transcript.StepAsync("Alice logs out, here and at the identity provider", async stop =>
        {
            _ = thief.Value;
            var page = await cast.Alice.GoAsync(cast.At.Bank + "/", stop);
            Transcript.Expect(await cast.Alice.SubmitAsync(page, new Dictionary<string, string>(), stop) is { Code: < 400 }, "logging out failed");
            Transcript.Expect(await cast.Alice.FetchAsync(HttpMethod.Get, cast.At.Bank + "/me", null, stop), 401, "credentials-missing");

            var again = await cast.Alice.GoAsync(cast.At.Bank + "/", stop);
            Transcript.Expect(again.Url.GetLeftPart(UriPartial.Authority) == cast.At.IdentityProvider, "the identity provider logged her in again without asking");
        });
        await transcript.StepAsync("a copy of her cookies, made before, opens nothing on either host", async stop =>
        {
            Transcript.Expect(await thief.Value.FetchAsync(HttpMethod.Get, cast.At.Bank + "/me", null, stop), 401);
            Transcript.Expect(await cast.AskForAsync(thief.Value, cast.AliceToken, stop), 401);
        });
        await transcript.StepAsync("her grants ended with the session: the Tokenizer refuses even a genuine assertion of it", async stop =>
        {
            var assertion = cast.MintAssertion("tokenizer:bank", TimeSpan.Zero);
            await RulesChapter.WaitUntilAsync(
                async () => await cast.CallTokenizerAsync("/detokenize", $$"""{"tokenId":"{{cast.AliceToken}}"}""", stop, ("X-Auth-Assertion", assertion))
                    is { Code: 403, Reason: "session-ended" },
                "the Tokenizer still knows the session",
                stop);
            Transcript.Expect(await cast.SetGrantAsync(cast.AliceToken, "5m", stop), 403, "session-ended");
        });
        await transcript.StepAsync("Bob's session is none of that", async stop =>
            Transcript.Expect(await cast.Bob.FetchAsync(HttpMethod.Get, cast.At.Bank + "/me", null, stop), 200));
    }
}
