using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Authentication.ApiKey;

/// <summary>Which API keys are believed, and where requests carry them.</summary>
/// <param name="KeysFile">The file with the hashes of the keys.</param>
/// <param name="Header">The header that carries a key.</param>
/// <param name="Scheme">The scheme before the key where that is Authorization.</param>
/// <param name="Prefix">What the keys begin with; others are another authenticator's business.</param>
/// <param name="ForwardCredentials">Whether the upstream sees the key.</param>
internal sealed record ApiKeySettings(string KeysFile, string Header, string Scheme, string Prefix, bool ForwardCredentials)
{
    public const string FileKey = "keys_file";

    private const string Authorization = "Authorization";

    public static readonly Schema<ApiKeySettings> Schema = Declare.Object<ApiKeySettings>("api_key", "Believes API keys whose hashes are in a file.", o =>
    {
        var file = o.Path(FileKey, "The file with the keys' owners and hashes (keys: [{ id, hash, claims, expires }]); a change counts without a restart.");
        var header = o.Text("header", "The header that carries the key.").Must(ServiceHeaders.IsName, "name the header").Default("X-Api-Key");
        var scheme = o.Text("scheme", "The scheme before the key where the header is Authorization; Bearer needs a prefix.")
            .Must(text => text.Length > 0 && text.All(character => char.IsAsciiLetterOrDigit(character) || character == '-'), "write a scheme such as ApiKey").Default("ApiKey");
        var prefix = o.Text("prefix", "What the keys begin with; others are another authenticator's business.").Default("");
        var forward = o.Boolean("forward_credentials", "Whether the upstream sees the key.").Default(false);
        return read =>
        {
            var settings = new ApiKeySettings(read.Get(file), read.Get(header), read.Get(scheme), read.Get(prefix), read.Get(forward));
            if (settings is { IsAuthorization: true, Prefix.Length: 0 } && settings.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            {
                read.Fault(scheme, "is Bearer without a prefix: no other bearer token would ever be somebody else's business");
            }

            return settings;
        };
    });

    public bool IsAuthorization => Header.Equals(Authorization, StringComparison.OrdinalIgnoreCase);
}
