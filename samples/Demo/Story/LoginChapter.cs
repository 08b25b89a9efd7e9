using System.Text.Json;

namespace AuthProxy.Demo;

internal static class LoginChapter
{
    // What a CGI-style server, or one with careless code, could take for the Proxy's word.
    private static readonly string[] ForgedHeaders =
    [
        "X-Auth-Subject", "x-auth-subject", "X_Auth_Subject", "X.Auth.Subject", "X-Auth_Subject", "X-AUTH-SUBJECT",
        "X-Auth-Name", "X_AUTH_NAME", "X-Auth-Session", "x_auth_session", "X-Auth-Assertion", "X_Auth_Assertion", "X.Auth-Assertion",
    ];

    public static async Task PlayAsync(Transcript transcript, Cast cast)
    {
        transcript.Chapter("Login");
        await transcript.StepAsync("a browser without a session is sent to log in", async stop =>
        {
            var answer = await cast.Stranger.GoAsync(cast.At.Bank + "/profile", stop);
            Transcript.Expect(answer, 200);
            Transcript.Expect(answer.Url.GetLeftPart(UriPartial.Authority) == cast.At.IdentityProvider, $"the browser ended at {answer.Url.GetLeftPart(UriPartial.Path)}");
        });
        await transcript.StepAsync("a program without a session gets 401, no redirect", async stop =>
        {
            var answer = await cast.Stranger.FetchAsync(HttpMethod.Get, cast.At.Bank + "/api/profile", null, stop);
            Transcript.Expect(answer, 401, "credentials-missing");
            Transcript.Expect(answer.MediaType == "application/problem+json", $"the answer is {answer.MediaType}");
        });
        await transcript.StepAsync("a wrong password does not log in", async stop =>
        {
            var form = await cast.Stranger.GoAsync(cast.At.Bank + "/", stop);
            Transcript.Expect(await cast.Stranger.SubmitAsync(form, Password("alice", "guessed"), stop), 401);
        });
        await transcript.StepAsync("Alice logs in and arrives at the page that she asked for", stop => LogInAsync(cast, cast.Alice, "alice", stop));
        await transcript.StepAsync("her cookies are of one host each, out of scripts' reach, and good for both hosts already", stop =>
        {
            foreach (var host in new[] { new Uri(cast.At.Bank).Host, new Uri(cast.At.Vault).Host })
            {
                var cookie = cast.Alice.Cookies.Of(host).SingleOrDefault(cookie => cookie.Name == "__Host-authproxy");
                Transcript.Expect(cookie is not null, $"{host} has no session cookie");
                Transcript.Expect(
                    cookie!.Attributes.ContainsKey("httponly") && cookie.Attributes.ContainsKey("secure") && cookie.Attributes.ContainsKey("samesite")
                        && !cookie.Attributes.ContainsKey("domain"),
                    $"{host}'s session cookie lacks an attribute");
            }

            return Task.CompletedTask;
        });
        await transcript.StepAsync("the bank sees who she is: verified name, groups and session", stop => SeeIdentityAsync(cast, stop));
        await transcript.StepAsync($"forged identity headers do not arrive ({ForgedHeaders.Length} spellings)", stop => ForgeAsync(cast, stop));
    }

    public static async Task LogInAsync(Cast cast, Browser browser, string user, CancellationToken stop)
    {
        var form = await browser.GoAsync(cast.At.Bank + "/profile", stop);
        var arrived = await browser.SubmitAsync(form, Password(user, user + "-demo"), stop);
        Transcript.Expect(arrived, 200);
        Transcript.Expect(arrived.Url.ToString() == cast.At.Bank + "/profile", $"the login ended at {arrived.Url.GetLeftPart(UriPartial.Path)}");
    }

    private static Dictionary<string, string> Password(string user, string password) => new() { ["username"] = user, ["password"] = password };

    private static async Task SeeIdentityAsync(Cast cast, CancellationToken stop)
    {
        var me = await cast.Alice.FetchAsync(HttpMethod.Get, cast.At.Bank + "/me", null, stop);
        Transcript.Expect(me, 200);
        var claims = me.Json.GetProperty("claims");
        Transcript.Expect(
            One(claims, "sub") == "alice" && One(claims, "sub_iss") == cast.At.IdentityProvider && One(claims, "name") == "Alice Ahlgren" && One(claims, "groups") == "customers",
            $"the bank saw {claims}");
        Transcript.Expect(One(me.Json.GetProperty("headers"), "X-Auth-Subject") == "alice", "the plain header X-Auth-Subject is missing or wrong");
        Transcript.Expect(me.Json.GetProperty("cookies").GetArrayLength() == 0, "a cookie of the Proxy reached the bank");
        cast.AliceSession = One(claims, "sid");
    }

    private static async Task ForgeAsync(Cast cast, CancellationToken stop)
    {
        var honest = await cast.Alice.FetchAsync(HttpMethod.Get, cast.At.Bank + "/me", null, stop);
        var forged = await cast.Alice.FetchAsync(HttpMethod.Get, cast.At.Bank + "/me", null, stop, [.. ForgedHeaders.Select(name => (name, "mallory"))]);
        Transcript.Expect(forged, 200);
        Transcript.Expect(!forged.Body.Contains("mallory", StringComparison.Ordinal), "a forged header reached the bank");
        Transcript.Expect(
            Identity(forged) == Identity(honest),
            $"the bank saw {Identity(forged)} instead of {Identity(honest)}");

        // Without a session as well: nobody becomes somebody by a header.
        var stranger = await cast.Stranger.FetchAsync(HttpMethod.Get, cast.At.Bank + "/me", null, stop, [.. ForgedHeaders.Select(name => (name, "alice"))]);
        Transcript.Expect(stranger, 401);
    }

    private static string Identity(Answer me) => string.Join(", ", me.Json.GetProperty("headers").EnumerateObject()
        .Where(header => header.Name.Replace('_', '-').Replace('.', '-').StartsWith("x-auth-", StringComparison.OrdinalIgnoreCase))
        .Select(header => $"{header.Name}={header.Value}")
        .Order(StringComparer.Ordinal));

    private static string One(JsonElement members, string name) =>
        members.EnumerateObject().FirstOrDefault(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value is { ValueKind: JsonValueKind.Array } values
            && values.GetArrayLength() == 1
            ? values[0].GetString()!
            : throw new CheckFailedException($"the bank did not see exactly one {name}");
}
