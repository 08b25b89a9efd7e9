namespace AuthProxy.Demo;

internal static class TokenChapter
{
    public static async Task PlayAsync(Transcript transcript, Cast cast)
    {
        transcript.Chapter("A value behind a token");
        await transcript.StepAsync("the vault turns Alice's number into a token, and the bank stores the token", async stop =>
        {
            cast.AliceToken = await cast.TokenizeAsync(cast.Alice, Cast.AliceSsn, stop);
            Transcript.Expect(await cast.StoreAsync(cast.Alice, cast.AliceToken, stop), 204);
        });
        await transcript.StepAsync("her profile has a field of the vault's, and the number is nowhere in it", async stop =>
        {
            var profile = await cast.Alice.GoAsync(cast.At.Bank + "/profile", stop);
            Transcript.Expect(profile, 200);
            Transcript.Expect(profile.Body.Contains($"<secure-text label=\"Social security number\" token=\"{cast.AliceToken}\">", StringComparison.Ordinal), "the profile has no field for the token");
            Transcript.Expect(!profile.Body.Contains(Cast.AliceSsn, StringComparison.Ordinal), "the profile contains the number");
            Transcript.Expect(await cast.Alice.GoAsync(cast.At.Vault + "/frame", stop), 200);
        });
        await transcript.StepAsync("with a grant, the vault gives Alice the value", async stop =>
            Transcript.Expect(await cast.DetokenizeAsync(cast.Alice, cast.AliceToken, stop) == Cast.AliceSsn, "the value is another one"));
        await transcript.StepAsync("the address that gave the value gives it only once", async stop =>
        {
            var answer = await cast.AskForAsync(cast.Alice, cast.AliceToken, stop);
            var address = answer.Json.GetProperty("data").GetProperty("downloadUrl").GetString()!;
            Transcript.Expect(await cast.Alice.FetchAsync(HttpMethod.Get, address, null, stop), 200);
            Transcript.Expect(await cast.Alice.FetchAsync(HttpMethod.Get, address, null, stop), 403, "ticket-invalid");
        });
        await transcript.StepAsync("Bob, logged in as himself, is refused Alice's token", async stop =>
        {
            await LoginChapter.LogInAsync(cast, cast.Bob, "bob", stop);
            Transcript.Expect(await cast.AskForAsync(cast.Bob, cast.AliceToken, stop), 403, "grant-missing");
        });
        await transcript.StepAsync("an expired grant is refused, also to Alice", async stop =>
        {
            Transcript.Expect(await cast.SetGrantAsync(cast.AliceToken, "1s", stop), 200);
            Transcript.Expect(await cast.AskForAsync(cast.Alice, cast.AliceToken, stop), 200);
            await Task.Delay(TimeSpan.FromMilliseconds(1100), stop);
            Transcript.Expect(await cast.AskForAsync(cast.Alice, cast.AliceToken, stop), 403, "grant-missing");
        });
        await transcript.StepAsync("her next visit to the bank grants it again", async stop =>
        {
            Transcript.Expect(await cast.Alice.FetchAsync(HttpMethod.Get, cast.At.Bank + "/api/profile", null, stop), 200);
            Transcript.Expect(await cast.DetokenizeAsync(cast.Alice, cast.AliceToken, stop) == Cast.AliceSsn, "the value is another one");
        });
    }
}
