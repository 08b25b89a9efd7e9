namespace AuthProxy.Demo;

internal static class TheftChapter
{
    public static async Task PlayAsync(Transcript transcript, Cast cast)
    {
        transcript.Chapter("Attacks on Alice");
        await transcript.StepAsync("a form posted from another origin is refused, and changes nothing", stop => ForgeFormAsync(cast, stop));
        await transcript.StepAsync("the bank's own form works", async stop =>
        {
            var target = new Uri(cast.At.Bank + "/profile/phone");
            Transcript.Expect(await cast.Alice.PostFormAsync(target, cast.At.Bank, Phone("555-0199"), stop), 200);
            Transcript.Expect(await PhoneAsync(cast, stop) == "555-0199", "the phone number did not change");
        });

        var rule = Path.Combine(cast.Workspace.BankRules, "grants.yaml");
        var text = File.ReadAllText(rule);
        await transcript.StepAsync("the forgotten check, without the rule: Bob stores Alice's token as his own, and reads her number", async stop =>
        {
            Transcript.Expect(await cast.StoreAsync(cast.Bob, cast.AliceToken, stop), 403, "grant-missing");
            await RulesChapter.EditAsync(cast, RulesChapter.Taken, () => File.Delete(rule), stop);
            Transcript.Expect(await cast.StoreAsync(cast.Bob, cast.AliceToken, stop), 204);
            Transcript.Expect(await cast.Bob.FetchAsync(HttpMethod.Get, cast.At.Bank + "/api/profile", null, stop), 200);
            Transcript.Expect(await cast.DetokenizeAsync(cast.Bob, cast.AliceToken, stop) == Cast.AliceSsn, "Bob read another value");
        });
        await transcript.StepAsync("with the rule: the same request, with another token of Alice's, is refused before the bank sees it", async stop =>
        {
            await RulesChapter.EditAsync(cast, RulesChapter.Taken, () => RulesChapter.Put(rule, text), stop);
            cast.SecondToken = await cast.TokenizeAsync(cast.Alice, Cast.SecondSsn, stop);
            Transcript.Expect(await cast.StoreAsync(cast.Bob, cast.SecondToken, stop), 403, "grant-missing");
        });
        await transcript.StepAsync("so Bob gets no grant from his profile, and no number", async stop =>
        {
            var profile = await cast.Bob.FetchAsync(HttpMethod.Get, cast.At.Bank + "/api/profile", null, stop);
            Transcript.Expect(profile, 200);
            Transcript.Expect(!profile.Body.Contains(cast.SecondToken, StringComparison.Ordinal), "the bank stored the stolen token");
            Transcript.Expect(await cast.AskForAsync(cast.Bob, cast.SecondToken, stop), 403, "grant-missing");
        });
        await transcript.StepAsync("Alice herself may store it", async stop => Transcript.Expect(await cast.StoreAsync(cast.Alice, cast.SecondToken, stop), 204));
    }

    /// <summary>The strongest form: a sibling host, which no SameSite attribute of a cookie stops, with and without the browser's own word for it.</summary>
    private static async Task ForgeFormAsync(Cast cast, CancellationToken stop)
    {
        var before = await PhoneAsync(cast, stop);
        var target = new Uri(cast.At.Bank + "/profile/phone");
        var sibling = $"http://evil.app.localhost:{cast.At.Proxy}";
        Transcript.Expect(await cast.Alice.PostFormAsync(target, sibling, Phone("555-6666"), stop), 403, "cross-origin-refused");
        Transcript.Expect(await cast.AliceTwin(isOld: true).PostFormAsync(target, sibling, Phone("555-6666"), stop), 403, "cross-origin-refused");
        Transcript.Expect(await cast.AliceTwin(isOld: true).PostFormAsync(target, "null", Phone("555-6666"), stop), 403, "cross-origin-refused");
        Transcript.Expect(await PhoneAsync(cast, stop) == before, "the phone number changed");
    }

    private static async Task<string?> PhoneAsync(Cast cast, CancellationToken stop)
    {
        var profile = await cast.Alice.FetchAsync(HttpMethod.Get, cast.At.Bank + "/api/profile", null, stop);
        Transcript.Expect(profile, 200);
        return profile.Json.GetProperty("phone").GetString();
    }

    private static Dictionary<string, string> Phone(string number) => new() { ["phone"] = number };
}
