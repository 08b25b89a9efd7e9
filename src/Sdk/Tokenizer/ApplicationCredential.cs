using System.Text.Json;
using AuthProxy.Jose;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuthProxy.Sdk;

/// <summary>The short JWT with which the application calls the Tokenizer; signed anew for every call, with the key as the file holds it now.</summary>
internal sealed partial class ApplicationCredential(IOptions<TokenizerOptions> options, TimeProvider clock, ILogger<ApplicationCredential> log)
{
    private const string Audience = "tokenizer-services";
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

    private readonly Lock _reading = new();
    private volatile SigningKey? _key;
    private long _readAt;

    public string Current() => Sign(JwtTypes.Application, "application", Audience);

    /// <summary>The answer to one login: who the user is, for the browser that asked with this state and for no other.</summary>
    public string ForLogin(SignedInUser user, string state) => Sign(JwtTypes.Session, user.Subject, "tokenizer:" + options.Value.Application, claims =>
    {
        claims.WriteString("session_id", user.SessionId);
        claims.WriteString("nonce", state);
        if (user.SessionExpires is { } expires)
        {
            claims.WriteNumber("session_exp", expires.ToUnixTimeSeconds());
        }
    });

    private string Sign(string type, string subject, string audience, Action<Utf8JsonWriter>? more = null)
    {
        var now = clock.GetUtcNow();
        return JwtSigner.Sign(Key(), type, claims =>
        {
            claims.WriteString("iss", options.Value.Application);
            claims.WriteString("sub", subject);
            claims.WriteString("aud", audience);
            claims.WriteNumber("iat", now.ToUnixTimeSeconds());
            claims.WriteNumber("exp", (now + Life).ToUnixTimeSeconds());
            claims.WriteString("jti", Guid.NewGuid().ToString("N"));
            more?.Invoke(claims);
        });
    }

    /// <summary>The key as it is now. A file that cannot be read in the middle of a rotation leaves the last good key in use.</summary>
    public SigningKey Key()
    {
        if (_key is { } key && (string.IsNullOrEmpty(options.Value.KeyFile) || clock.GetElapsedTime(Volatile.Read(ref _readAt)) < LookAgain))
        {
            return key;
        }

        lock (_reading)
        {
            if (ApplicationKey.Read(options.Value, out var why) is { } read)
            {
                _key = read;
            }
            else
            {
                KeyUnreadable(log, options.Value.Section, why);
            }

            Volatile.Write(ref _readAt, clock.GetTimestamp());
            return _key ?? throw new InvalidOperationException($"{options.Value.Section}: the application's key {why}.");
        }
    }

    [LoggerMessage(4001, LogLevel.Warning, "{Section}: the application's key {Why}; the last good one stays in use")]
    private static partial void KeyUnreadable(ILogger log, string section, string why);
}
