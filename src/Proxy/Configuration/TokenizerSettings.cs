using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Configuration;

/// <summary>The vault for data tokens. Without it this is a complete auth proxy.</summary>
/// <param name="Enabled">Whether there is one.</param>
/// <param name="UsersUrl">Its listener for users; where rules with <c>upstream: tokenizer</c> go.</param>
/// <param name="ServicesUrl">Its listener for services; where grants are checked and sessions' ends are told.</param>
/// <param name="Application">The application whose grants the rules of this Proxy check.</param>
/// <param name="Vaults">Which host name is which application's vault.</param>
/// <param name="Timeout">How long one question to the Tokenizer may take.</param>
internal sealed record TokenizerSettings(
    bool Enabled, Uri? UsersUrl, Uri? ServicesUrl, string? Application, IReadOnlyList<VaultSettings> Vaults, TimeSpan Timeout)
{
    public static readonly Schema<TokenizerSettings> Schema = Declare.Object<TokenizerSettings>("tokenizer", "The vault for data tokens behind this Proxy.", o =>
    {
        var enabled = o.Boolean("enabled", "Whether there is a Tokenizer.").Default(false);
        var usersUrl = o.Url("users_url", "The Tokenizer's listener for users; where rules with upstream 'tokenizer' go.").Optional();
        var servicesUrl = o.Url("services_url", "The Tokenizer's listener for services; where grants are checked.").Optional();
        var application = o.Text("application", "The application whose grants this Proxy's rules check.").ApplicationName().Optional();
        var vaults = o.List("vaults", VaultSettings.Schema, "The host names of vaults, one for each application that has one.");
        var timeout = o.Duration("timeout", "How long one question to the Tokenizer may take.").Default("2s").AtLeast("50ms").AtMost("30s");
        return read =>
        {
            if (read.Get(enabled) && read.Get(usersUrl) is null && read.Get(servicesUrl) is null)
            {
                read.Fault(enabled, "is true; name services_url (a sidecar), users_url (the vault's Proxy), or both");
            }

            foreach (var url in new[] { usersUrl, servicesUrl })
            {
                Loopback.RequireHttpsElsewhere(read, url, read.Get(url));
            }

            var twice = read.Get(vaults).GroupBy(vault => vault.Host, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
            if (twice is not null)
            {
                read.Fault(vaults, $"names {twice.Key} twice; a host is one application's vault");
            }

            return new TokenizerSettings(read.Get(enabled), read.Get(usersUrl), read.Get(servicesUrl), read.Get(application), read.Get(vaults),
                read.Get(timeout));
        };
    });
}

/// <summary>One vault.</summary>
/// <param name="Host">The public host name, with the port where it is not the scheme's own.</param>
/// <param name="Application">Whose values are read there.</param>
internal sealed record VaultSettings(string Host, string Application)
{
    public static readonly Schema<VaultSettings> Schema = Declare.Object<VaultSettings>("vault", "One vault.", o =>
    {
        var host = o.Text("host", "The vault's public host name, with the port where it is not the scheme's own.").NotEmpty("name the host");
        var application = o.Text("application", "The application whose values are read there.").ApplicationName();
        return read => new VaultSettings(read.Get(host).ToLowerInvariant(), read.Get(application));
    });
}
