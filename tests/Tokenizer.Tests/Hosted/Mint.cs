using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthProxy.Jose;

namespace AuthProxy.Tokenizer.Tests.Hosted;

/// <summary>One session as the proxies know it.</summary>
public sealed record Person(string Sid, string Subject, string Issuer = "https://login.test", int SessionMinutes = 240)
{
    public static Person Alice { get; } = new("sid-alice", "alice");

    public static Person Bob { get; } = new("sid-bob", "bob");
}

/// <summary>Makes the tokens of gateways, sidecars and applications, right ones and wrong ones.</summary>
public static class Mint
{
    public static string Assertion(
        VaultHost host, Person person, string audience = "tokenizer:bank", SigningKey? key = null, string issuer = "https://gateway.test",
        string type = JwtTypes.Assertion, int age = 0, int life = 60, Action<Dictionary<string, object?>>? change = null)
    {
        var now = host.Clock.GetUtcNow().ToUnixTimeSeconds() - age;
        return Sign(key ?? host.GatewayKey, type, change, new Dictionary<string, object?>
        {
            ["iss"] = issuer,
            ["aud"] = audience,
            ["sub"] = person.Subject,
            ["sub_iss"] = person.Issuer,
            ["sid"] = person.Sid,
            ["session_exp"] = SessionEnd(host, person),
            ["iat"] = now,
            ["exp"] = now + life,
            ["jti"] = Guid.NewGuid().ToString("N"),
        });
    }

    /// <summary>What the bank receives from its sidecar: proof that a session lives.</summary>
    public static string SidecarAssertion(VaultHost host, Person person, string audience = "bank", Action<Dictionary<string, object?>>? change = null) =>
        Assertion(host, person, audience, host.SidecarKey, "https://sidecar.test", change: change);

    public static string ServiceToken(VaultHost host, SigningKey? key = null, string issuer = "https://sidecar.test", Action<Dictionary<string, object?>>? change = null) =>
        Service(host, key ?? host.SidecarKey, JwtTypes.Service, issuer, "proxy", change);

    public static string ApplicationToken(VaultHost host, SigningKey? key = null, string issuer = "bank", Action<Dictionary<string, object?>>? change = null) =>
        Service(host, key ?? host.BankKey, JwtTypes.Application, issuer, "application", change);

    /// <summary>The session's end is fixed when the person first logs in: when the test begins.</summary>
    public static long SessionEnd(VaultHost host, Person person) => Start(host) + (person.SessionMinutes * 60);

    private static long Start(VaultHost host) => (host.Clock.GetUtcNow() - TimeSpan.FromTicks(host.Clock.GetTimestamp())).ToUnixTimeSeconds();

    private static string Service(VaultHost host, SigningKey key, string type, string issuer, string subject, Action<Dictionary<string, object?>>? change)
    {
        var now = host.Clock.GetUtcNow().ToUnixTimeSeconds();
        return Sign(key, type, change, new Dictionary<string, object?>
        {
            ["iss"] = issuer,
            ["aud"] = "tokenizer-services",
            ["sub"] = subject,
            ["iat"] = now,
            ["exp"] = now + 60,
            ["jti"] = Guid.NewGuid().ToString("N"),
        });
    }

    public static string Sign(SigningKey key, string type, Action<Dictionary<string, object?>>? change, Dictionary<string, object?> claims)
    {
        change?.Invoke(claims);
        return JwtSigner.Sign(key, type, writer =>
        {
            foreach (var (name, value) in claims)
            {
                writer.WritePropertyName(name);
                JsonSerializer.Serialize(writer, value);
            }
        });
    }

    /// <summary>With <c>alg</c> alone in the header, as LunaDefend's node-sdk signs.</summary>
    public static string SignBare(
        SigningKey key, Action<Dictionary<string, object?>>? change, Dictionary<string, object?> claims, string header = """{"alg":"RS256"}""", string? payload = null)
    {
        change?.Invoke(claims);
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{payload ?? Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        using var rsa = RSA.Create();
        rsa.ImportFromPem(key.ToPem());
        return $"{signed}.{Base64Url.EncodeToString(rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }
}
