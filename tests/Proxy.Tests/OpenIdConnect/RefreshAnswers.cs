using System.Text;
using AuthProxy.Jose;
using AuthProxy.TestKit;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Proxy.Tests.OpenIdConnect;

/// <summary>What the stub provider answers to refresh tokens, and how it lies when told to.</summary>
internal sealed class RefreshAnswers
{
    private readonly StubProvider _provider;
    private readonly FakeClock _clock;

    public RefreshAnswers(StubProvider provider, FakeClock clock)
    {
        (_provider, _clock) = (provider, clock);
        provider.TokenAnswer = AnswerAsync;
    }

    /// <summary>What was asked, form and Authorization header.</summary>
    public List<(IFormCollection Form, string Authorization)> Asked { get; } = [];

    /// <summary>Raw JSON in place of the ID token's own claims; null leaves a claim out.</summary>
    public Dictionary<string, string?> Claims { get; } = [];

    /// <summary>Raw JSON in place of the answer's own members; null leaves a member out.</summary>
    public Dictionary<string, string?> Members { get; } = [];

    public SigningKey? Key { get; set; }

    public int Status { get; set; } = 200;

    /// <summary>The whole answer.</summary>
    public string? Body { get; set; }

    private async Task AnswerAsync(HttpContext context)
    {
        Asked.Add((await context.Request.ReadFormAsync(), context.Request.Headers.Authorization.ToString()));
        context.Response.StatusCode = Status;
        await context.Response.WriteAsync(Body ?? Object(Members, new()
        {
            ["id_token"] = $"\"{IdToken()}\"",
            ["access_token"] = $"\"access-{Asked.Count}\"",
            ["refresh_token"] = $"\"refresh-{Asked.Count}\"",
            ["token_type"] = "\"Bearer\"",
            ["expires_in"] = "300",
        }));
    }

    private string IdToken()
    {
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = Merge(Claims, new()
        {
            ["iss"] = $"\"{_provider.Issuer}\"",
            ["sub"] = "\"alice\"",
            ["aud"] = $"\"{StubProvider.ClientId}\"",
            ["iat"] = $"{now}",
            ["exp"] = $"{now + 300}",
            ["name"] = "\"Zoë\"",
            ["groups"] = "[\"managers\"]",
        });
        return JwtSigner.Sign(Key ?? _provider.Key, "JWT", json =>
        {
            foreach (var (name, value) in claims)
            {
                json.WritePropertyName(name);
                json.WriteRawValue(value!);
            }
        });
    }

    private static string Object(Dictionary<string, string?> instead, Dictionary<string, string?> own) =>
        new StringBuilder("{").AppendJoin(',', Merge(instead, own).Select(member => $"\"{member.Key}\":{member.Value}")).Append('}').ToString();

    private static IEnumerable<KeyValuePair<string, string?>> Merge(Dictionary<string, string?> instead, Dictionary<string, string?> own) =>
        own.Where(member => !instead.ContainsKey(member.Key)).Concat(instead).Where(member => member.Value is not null);
}
