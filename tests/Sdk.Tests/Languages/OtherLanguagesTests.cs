using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuthProxy.Jose;
using AuthProxy.TestKit;

namespace AuthProxy.Sdk.Tests.Languages;

/// <summary>The examples of <c>docs/other-languages.md</c>, run as they stand there.</summary>
public partial class OtherLanguagesTests
{
    private const string Refused = "refused";

    public static TheoryData<string> Languages => ["javascript", "python"];

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Example_believes_only_what_the_Proxy_made_for_this_application_now(string language)
    {
        // The examples have no clock but the machine's.
        await using var application = await new TestApplication { Clock = new FakeClock(TimeProvider.System.GetUtcNow()) }.StartAsync();
        var assertions = new Dictionary<string, string>
        {
            [application.Assertion()] = "alice",
            [application.Assertion(sid: null)] = "nobody",
            [application.Assertion(issuer: "https://other.example")] = Refused,
            [application.Assertion(audience: "shop")] = Refused,
            [application.Assertion(audience: "tokenizer:bank")] = Refused,
            [application.Assertion(type: JwtTypes.Service)] = Refused,
            [application.Assertion(type: "JWT")] = Refused,
            [application.Assertion(age: 70)] = Refused,
            [application.Assertion(life: 3600)] = Refused,
            [application.Assertion(key: SigningKey.Generate())] = Refused,
            [application.Assertion(key: SigningKey.Generate(JwtAlgorithms.RS256))] = Refused,
            [Unsigned(application.Assertion())] = Refused,
            [$"{application.Assertion()}, {application.Assertion()}"] = Refused,
            ["a.b.c"] = Refused,
            [""] = Refused,
        };

        var answers = await AskAsync(language, application.BehindUrl + "/jwks", assertions.Keys);

        Assert.Equal(assertions.Values, answers);
    }

    // The same claims under a header that asks for no signature, RFC 8725, section 2.1.
    private static string Unsigned(string assertion) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"alg":"none","typ":"{{JwtTypes.Assertion}}"}""")).TrimEnd('=') + "." + assertion.Split('.')[1] + ".";

    private static async Task<IEnumerable<string>> AskAsync(string language, string jwks, IEnumerable<string> assertions)
    {
        using var folder = new TestFolder();
        folder.Write("assertions.json", JsonSerializer.Serialize(assertions));
        await using var process = RunningProcess.Start(Write(folder, language), [], folder.Path, new Dictionary<string, string>
        {
            ["AUTHPROXY_JWKS"] = jwks,
            ["AUTHPROXY_ISSUER"] = TestApplication.Issuer,
            ["AUTHPROXY_AUDIENCE"] = "bank",
        });
        var status = await process.WaitForExitAsync();

        Assert.True(status == 0, process.Output);
        return process.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static ProgramFile Write(TestFolder folder, string language)
    {
        var document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "other-languages.md"));
        var example = Fence().Matches(document).Single(fence => fence.Groups["language"].Value == language).Groups["text"].Value;
        if (language == "python")
        {
            folder.Write("example.py", example);
            folder.Write("ask.py", """
                import json, jwt
                from example import user_of

                def answer(assertion):
                    try:
                        user = user_of(assertion)
                        return user["sub"] if user else "nobody"
                    except jwt.PyJWTError:
                        return "refused"

                for assertion in json.load(open("assertions.json")):
                    print(answer(assertion))
                """);
            return new ProgramFile("/usr/bin/python3", ["ask.py"]);
        }

        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "node_modules"), Path.Combine(Repository.Root, ".cache", "npm", "node_modules"));
        folder.Write("example.mjs", example);
        folder.Write("ask.mjs", """
            import { readFileSync } from 'node:fs';
            import { userOf } from './example.mjs';

            for (const assertion of JSON.parse(readFileSync('assertions.json', 'utf8'))) {
              console.log(await userOf({ 'x-auth-assertion': assertion }).then(user => user ? user.sub : 'nobody', () => 'refused'));
            }
            """);
        return new ProgramFile("node", ["ask.mjs"]);
    }

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
