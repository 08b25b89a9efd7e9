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

    public string Current()
    {
        var now = clock.GetUtcNow();
        return JwtSigner.Sign(Key(), JwtTypes.Application, claims =>
        {
            claims.WriteString("iss", options.Value.Application);
            claims.WriteString("sub", "application");
            claims.WriteString("aud", Audience);
            claims.WriteNumber("iat", now.ToUnixTimeSeconds());
            claims.WriteNumber("exp", (now + Life).ToUnixTimeSeconds());
            claims.WriteString("jti", Guid.NewGuid().ToString("N"));
        });
    }

    /// <summary>A file that cannot be read in the middle of a rotation leaves the last good key in use.</summary>
    private SigningKey Key()
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
