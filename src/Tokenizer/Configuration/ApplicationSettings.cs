using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Tokenizer.Configuration;

internal enum GrantApi
{
    /// <summary>Rules make and check grants; the application needs no key.</summary>
    Off,
    Verify,
    Full,
}

internal enum GrantIf
{
    /// <summary>Only the subject that owns the token.</summary>
    Owner,

    /// <summary>Any live session, for tokens that belong to the record which is named.</summary>
    Bound,

    /// <summary>Any live session that the application names.</summary>
    Any,
}

/// <summary>An application whose tokens are kept.</summary>
/// <param name="VaultUrl">The origin at which browsers reach the users listener for this application.</param>
/// <param name="Origins">The application's own pages: they may ask whether there is a session.</param>
/// <param name="Login">How the application signs its users in itself; null where a proxy owns the session, and then nothing else makes users.</param>
internal sealed record ApplicationSettings(
    string Name, GrantApi GrantApi, GrantIf GrantIf, Uri VaultUrl, IReadOnlyList<string> Origins, LoginSettings? Login = null)
{
    /// <summary>Scheme, host and port as browsers write an origin.</summary>
    public string VaultOrigin { get; } = VaultUrl.GetLeftPart(UriPartial.Authority);

    /// <summary>Whether a request for this <c>Host</c> is one for this application's vault. A port that is the scheme's own may be left out.</summary>
    public bool IsVault(HostString host) =>
        HostString.FromUriComponent(VaultUrl).Host.Equals(host.Host, StringComparison.OrdinalIgnoreCase)
        && (host.Port is { } port ? port == VaultUrl.Port : VaultUrl.IsDefaultPort);

    /// <summary>What a gateway's assertion must be made out to.</summary>
    public string UsersAudience => UsersAudienceOf(Name);

    public static string UsersAudienceOf(string application) => "tokenizer:" + application;

    public static readonly Schema<ApplicationSettings> Schema = Declare.Object<ApplicationSettings>("application", "An application whose values are kept here.", o =>
    {
        var name = o.Text("name", "Its name: what assertions are made out to, and whose its tokens are.").ApplicationName();
        var scheme = o.Choice("scheme", "Who owns the session, and nobody beside: a proxy, which asserts users, or the application, by LunaDefend's redirects.", ("proxy", true), ("application", false))
            .Default("proxy");
        var login = o.Value("login", LoginSettings.Schema, "How the application signs its users in; for scheme application.").Optional();
        var vault = o.Url("vault_url", "The origin at which browsers reach this application's vault; addresses of values begin with it.").Example("https://vault.example.com");
        var origins = o.List("origins", Declare.Text, "Origins of the application's own pages: they may ask whether their visitor has a session.");
        var api = o.Choice("grant_api", "What the application's own key may do: nothing, verify grants, or create them too.", ("off", GrantApi.Off), ("verify", GrantApi.Verify), ("full", GrantApi.Full))
            .Default("off");
        var grantIf = o.Choice("grant_if", "What the grant API may grant at most: tokens to sessions of their owner, tokens of the record that is named to any live session, or any token to any live session.", ("owner", GrantIf.Owner), ("bound", GrantIf.Bound), ("any", GrantIf.Any))
            .Default("owner");
        return read =>
        {
            if (read.Get(scheme) == (read.Get(login) is not null))
            {
                read.Fault(login, read.Get(scheme) ? "is for scheme application; under scheme proxy nobody but a proxy makes users" : "is missing; scheme application needs it");
            }

            CheckVault(read, vault, read.Get(vault));
            foreach (var origin in read.Get(origins).Where(origin => !IsOrigin(origin)))
            {
                read.Fault(origins, $"holds {origin}, which is no origin; write scheme, host and port as browsers do");
            }

            return new ApplicationSettings(read.Get(name), read.Get(api), read.Get(grantIf), read.Get(vault), read.Get(origins), read.Get(login));
        };
    });

    private static void CheckVault(ObjectReading read, Setting setting, Uri url)
    {
        if (url.PathAndQuery != "/" || url.Fragment.Length > 0 || url.UserInfo.Length > 0)
        {
            read.Fault(setting, "has more than scheme, host and port; the vault's routes begin at its root");
        }

        Loopback.RequireHttpsElsewhere(read, setting, url);
    }

    private static bool IsOrigin(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.GetLeftPart(UriPartial.Authority) == text;
}
