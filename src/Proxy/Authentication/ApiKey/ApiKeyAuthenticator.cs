using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Authentication.ApiKey;

/// <summary>Believes API keys whose hashes are in a file.</summary>
internal sealed class ApiKeyAuthenticator(ApiKeySettings settings, ApiKeyFile file, string issuer, TimeProvider time) : IAuthenticator
{
    private static readonly AuthenticationOutcome.NotMine NoKey = new("the request carries no API key");
    private static readonly AuthenticationOutcome.Rejected Unknown = new(ProxyRefusals.CredentialsInvalid, "the API key is nobody's, or its time is over");
    private static readonly AuthenticationOutcome.Rejected TwoKeys = new(ProxyRefusals.CredentialsAmbiguous, "the request carries the header of API keys twice");

    private readonly string _scheme = settings.IsAuthorization ? settings.Scheme + " " : "";
    private readonly ConsumedCredentials _consumed =
        settings.ForwardCredentials ? ConsumedCredentials.None
        : settings.IsAuthorization ? ConsumedCredentials.Authorization
        : ConsumedCredentials.Header;

    public string Name => ApiKeyAuthenticatorKind.KindName;

    // A machine's key has no login that could end.
    public bool GivesSession => false;

    public ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        var header = request.Received.Headers[settings.Header];
        return header.Count > 1 ? new(TwoKeys)
            : header.Count == 1 && KeyIn(header[0]) is { } key ? new(Judge(key))
            : new(NoKey);
    }

    /// <summary>The key, where the header holds one of this authenticator's.</summary>
    private string? KeyIn(string? header)
    {
        if (string.IsNullOrEmpty(header) || !header.StartsWith(_scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var key = header.AsSpan(_scheme.Length).Trim(' ');
        return !key.IsEmpty && key.StartsWith(settings.Prefix, StringComparison.Ordinal) ? key.ToString() : null;
    }

    private AuthenticationOutcome Judge(string key) =>
        file.Keys?.Find(key, time.GetUtcNow()) is { } entry
            ? new AuthenticationOutcome.Accepted(new Subject(issuer, entry.Id, entry.Claims, null), _consumed, settings.Header)
            : Unknown;
}

internal sealed class ApiKeyAuthenticatorKind(ApiKeyFiles files, ProxySettings proxy, TimeProvider time) : IHandlerKind<IAuthenticator>
{
    public const string KindName = "api_key";

    // Whom a key names is another than whom an authenticator names that knows nobody (anonymous), whatever both are called.
    private const string OfKeys = "#api-keys";

    public string Name => KindName;

    public Schema Schema => ApiKeySettings.Schema;

    public IReadOnlyList<string> Destinations { get; } = [ApiKeySettings.FileKey];

    public IAuthenticator? Prepare(HandlerPreparation preparation) =>
        preparation.TryRead(ApiKeySettings.Schema, out var settings) && files.For(settings.KeysFile, preparation.Faults) is { } file
            ? new ApiKeyAuthenticator(settings, file, proxy.Assertion.Issuer + OfKeys, time)
            : null;
}
