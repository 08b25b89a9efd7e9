using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Watching;
using AuthProxy.Jose;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.OpenIdConnect.Clients;

/// <summary>
/// A key of which the provider knows the public half: each request brings a fresh assertion (OpenID Connect Core 1.0, section 9; RFC 7523,
/// section 3), good once, for a minute, at this provider only.
/// </summary>
internal sealed class ClientKey : ClientAuthentication
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    private readonly OidcProviderSettings _settings;
    private readonly SigningKeyRing? _assertionKeys;
    private readonly SecretFile _file;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private volatile SigningKey _key;

    public ClientKey(OidcProviderSettings settings, Secret key, SigningKeyRing? assertionKeys, TimeProvider clock, ILogger log)
    {
        (_settings, _assertionKeys, _clock, _log) = (settings, assertionKeys, clock, log);
        _file = new SecretFile(key, clock, log);
        _key = Parse(_file.Reveal(), out var why) ?? throw new ArgumentException(why, nameof(key));
        _file.Changed += Reload;
    }

    /// <summary>The key in a PEM block, a JSON web key, or a set of them; null, and why, where it cannot sign.</summary>
    public static SigningKey? Parse(string text, out string why)
    {
        var outcome = text.AsSpan().TrimStart().StartsWith("{", StringComparison.Ordinal) ? ParseJson(text) : SigningKey.FromPem(text);
        why = outcome is SigningKeyOutcome.Faulty faulty ? faulty.Why : "";
        return (outcome as SigningKeyOutcome.Loaded)?.Key;
    }

    public override string? TryAdd(HttpRequestMessage request, List<KeyValuePair<string, string>> form, Uri tokenEndpoint)
    {
        var key = _key;
        if (key.Thumbprint is { } thumbprint && (thumbprint == _assertionKeys?.Current.Thumbprint || thumbprint == _assertionKeys?.Previous?.Thumbprint))
        {
            return "the client's key is the one that signs assertions for upstreams; give it a key of its own";
        }

        AddAssertion(form, _settings.Client.Id, Sign(key, tokenEndpoint));
        return null;
    }

    public override void Dispose() => _file.Dispose();

    public override string ToString() => nameof(ClientKey);

    private string Sign(SigningKey key, Uri tokenEndpoint)
    {
        var now = _clock.GetUtcNow();
        var audience = _settings.Client.AssertionAudience == OidcAssertionAudience.TokenEndpoint ? tokenEndpoint.OriginalString : _settings.Issuer;
        return JwtSigner.Sign(key, _settings.Client.AssertionType, (_settings.Client.Id, audience, now), static (json, claims) =>
        {
            json.WriteString("iss"u8, claims.Id);
            json.WriteString("sub"u8, claims.Id);

            // One text and not a list: whoever is named beside it could show the assertion there.
            json.WriteString("aud"u8, claims.audience);
            json.WriteString("jti"u8, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)));
            json.WriteNumber("iat"u8, claims.now.ToUnixTimeSeconds());
            json.WriteNumber("exp"u8, (claims.now + Life).ToUnixTimeSeconds());
        });
    }

    private void Reload()
    {
        if (Parse(_file.Reveal(), out var why) is { } key)
        {
            _key = key;
            _log.ClientKeyTaken(_settings.Name, key.KeyId);
        }
        else
        {
            _log.ClientKeyKept(_settings.Name, why);
        }
    }

    // A key that names its algorithm and id is used as it says; another one as its type says, under its thumbprint.
    private static SigningKeyOutcome ParseJson(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (IsSet(bytes))
        {
            return OfSet(bytes);
        }

        return OfSet(Encoding.UTF8.GetBytes($"{{\"keys\":[{text}]}}")) is SigningKeyOutcome.Loaded loaded ? loaded : SigningKey.FromJwk(bytes);
    }

    private static SigningKeyOutcome OfSet(byte[] bytes) => SigningKeySet.Parse(bytes) switch
    {
        SigningKeySetOutcome.Loaded { Set.Signing: { IsSecret: false } key } => new SigningKeyOutcome.Loaded(key),
        SigningKeySetOutcome.Faulty faulty => new SigningKeyOutcome.Faulty(faulty.Why),
        _ => new SigningKeyOutcome.Faulty("a shared secret is no private key"),
    };

    private static bool IsSet(byte[] bytes)
    {
        try
        {
            var json = new Utf8JsonReader(bytes);
            return json.Read() && json.Read() && json.ValueTextEquals("keys"u8);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
