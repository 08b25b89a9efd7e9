using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Api;

/// <summary>Calls of our own interface.</summary>
internal static class ApiCalls
{
    public const string Unknown = "lunasec-00000000-0000-4000-8000-000000000000";

    /// <summary>A new token with its value, in one request.</summary>
    public static async Task<string> CreateAsync(this VaultHost host, Person person, string value = "078-05-1120", string more = "") =>
        (await host.PostAsync(person, "/v1/tokens", $$"""{"value":"{{value}}"{{more}}}""")).IsStatus(201).Json.GetProperty("token").GetString()!;

    public static Task<Answered> ReadValueAsync(this VaultHost host, Person person, string token) => host.PostAsync(person, "/v1/tokens/read", TokenBody(token));

    public static Task<Answered> DescribeAsync(this VaultHost host, Person person, string token) => host.PostAsync(person, "/v1/tokens/describe", TokenBody(token));

    public static Task<Answered> DeleteAsync(this VaultHost host, Person person, string token) => host.PostAsync(person, "/v1/tokens/delete", TokenBody(token));

    /// <summary>A grant as a rule of the bank's sidecar makes it.</summary>
    public static Task<Answered> GrantByRuleAsync(this VaultHost host, Person person, string token, string more = "") =>
        host.AsSidecarAsync("/v1/grants", $$"""{"session":{{SessionOf(host, person)}},"token":"{{token}}"{{more}}}""");

    public static Task<Answered> BindAsync(this VaultHost host, Person person, string record, params string[] tokens) => host.AsSidecarAsync(
        "/v1/tokens/bind", $$"""{"session":{{SessionOf(host, person)}},"record":"{{record}}","tokens":["{{string.Join("\",\"", tokens)}}"]}""");

    public static string SessionOf(VaultHost host, Person person) =>
        $$"""{"sid":"{{person.Sid}}","sub":"{{person.Subject}}","sub_iss":"{{person.Issuer}}","session_exp":{{Mint.SessionEnd(host, person)}}}""";

    public static string TokenBody(string token) => $$"""{"token":"{{token}}"}""";

    public static Answered IsStatus(this Answered answer, int status)
    {
        Assert.True((int)answer.Status == status, $"{(int)answer.Status} {answer.Text}");
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        return answer;
    }
}
