using System.Security.Cryptography;
using AuthProxy.Jose;

namespace AuthProxy.Proxy.Authorization.Grants;

/// <summary>
/// Signs the short word by which the Tokenizer knows this Proxy: its own <c>typ</c> and audience, so that no assertion of a user can
/// stand in for it, nor it for one. Reused for half its life, and not past a change of keys.
/// </summary>
internal sealed class ServiceTokens(SigningKeyRing keys, string issuer, TimeProvider clock) : IServiceTokens
{
    public const string Audience = "tokenizer-services";
    public const string Subject = "proxy";

    private static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    private Signed? _last;

    public string Current()
    {
        var now = clock.GetUtcNow();
        // Read before signing: a change of keys in between makes this token one for a single use.
        var version = keys.Version;
        if (_last is { } kept && kept.Version == version && now >= kept.At && now - kept.At < Life / 2)
        {
            return kept.Token;
        }

        var token = Sign(now);
        _last = new Signed(token, version, now);
        return token;
    }

    private string Sign(DateTimeOffset now) => JwtSigner.Sign(keys.Current, JwtTypes.Service, (issuer, now), static (claims, made) =>
    {
        claims.WriteString("iss"u8, made.issuer);
        claims.WriteString("sub"u8, Subject);
        claims.WriteString("aud"u8, Audience);
        claims.WriteNumber("iat"u8, made.now.ToUnixTimeSeconds());
        claims.WriteNumber("exp"u8, (made.now + Life).ToUnixTimeSeconds());
        claims.WriteString("jti"u8, RandomNumberGenerator.GetHexString(32, lowercase: true));
    });

    private sealed record Signed(string Token, long Version, DateTimeOffset At);
}
