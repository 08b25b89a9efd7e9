using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthProxy.Jose;

namespace AuthProxy.Proxy.Tests.OpenIdConnect.BackChannel;

/// <summary>Makes logout tokens, good ones and bad ones, and sends them as a provider does.</summary>
internal sealed class LogoutTokens(LoginWorld world, StubProvider provider)
{
    public const string Event = """{"http://schemas.openid.net/event/backchannel-logout":{}}""";

    private int _made;

    /// <summary>Raw JSON in place of the claims of a good token; null leaves a claim out.</summary>
    public string Make(string type = "logout+jwt", SigningKey? key = null, params (string Name, string? Json)[] instead)
    {
        var now = world.Clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, string?>
        {
            ["iss"] = $"\"{provider.Issuer}\"",
            ["aud"] = $"\"{StubProvider.ClientId}\"",
            ["iat"] = $"{now}",
            ["exp"] = $"{now + 120}",
            ["jti"] = $"\"logout-{++_made}\"",
            ["events"] = Event,
            ["sid"] = "\"session-of-alice\"",
        };
        foreach (var (name, json) in instead)
        {
            claims[name] = json;
        }

        return JwtSigner.Sign(key ?? provider.Key, type, json =>
        {
            foreach (var (name, value) in claims.Where(claim => claim.Value is not null))
            {
                json.WritePropertyName(name);
                json.WriteRawValue(value!);
            }
        });
    }

    /// <summary>Signs whatever it is told to, as nobody honest would.</summary>
    public static string Forge(string header, string claims, Func<byte[], byte[]> sign)
    {
        var input = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        return $"{input}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(input)))}";
    }

    public static byte[] Hmac(byte[] secret, byte[] input) => HMACSHA256.HashData(secret, input);

    public Task<Answer> SendAsync(string token, string address = LoginWorld.App + "/.authproxy/backchannel-logout") =>
        SendBodyAsync("logout_token=" + Uri.EscapeDataString(token), address);

    public Task<Answer> SendBodyAsync(
        string body, string address = LoginWorld.App + "/.authproxy/backchannel-logout", string type = "application/x-www-form-urlencoded") =>
        world.SendAsync("POST", address, new Dictionary<string, string> { ["Content-Type"] = type }, new MemoryStream(Encoding.UTF8.GetBytes(body)));
}
