using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Tokenizer.Configuration;

/// <summary>How an application of scheme <c>application</c> signs its users in.</summary>
/// <param name="SessionLife">How long a session lives without being shown again; browsers show it each minute.</param>
/// <param name="FromOtherSites">Whether the session's cookie comes along where the vault is on another site than the application's pages.</param>
/// <param name="RequireLiveSession">Whether a session must have been shown by a browser before anything is granted to it.</param>
internal sealed record LoginSettings(IReadOnlyList<AuthProviderSettings> Providers, TimeSpan SessionLife, bool FromOtherSites, bool RequireLiveSession = false)
{
    public static readonly Schema<LoginSettings> Schema = Declare.Object<LoginSettings>("login", "How an application signs its users in, by LunaDefend's redirects.", o =>
    {
        var providers = o.List("auth_providers", AuthProviderSettings.Schema, "Where users are sent to be signed in.").NotEmpty("name at least one provider");
        var life = o.Duration("session_ttl", "How long a session lives after it was shown; an open page shows it again each minute.").Default("15m").AtLeast("1m").AtMost("24h");
        var site = o.Choice(
            "cookie_same_site", "lax where vault and application are on the same site (as they should be); none elsewhere, which some browsers do not honour.", ("lax", false), ("none", true))
            .Default("lax");
        var live = o.Boolean("require_live_session", "Whether grants are for sessions only that a browser has shown here; without it the application's own word that a session lives is enough.").Default(false);
        return read =>
        {
            var all = read.Get(providers);
            foreach (var twice in all.GroupBy(provider => provider.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
            {
                read.Fault(providers, $"names provider {twice.Key} twice");
            }

            if (all.Count > 1 && all.Count(provider => provider.IsDefault) != 1)
            {
                read.Fault(providers, "has several; mark exactly one as default");
            }

            return new LoginSettings(all, read.Get(life), read.Get(site), read.Get(live));
        };
    });

    /// <summary>The provider of that name, or the default one where no name is given.</summary>
    public AuthProviderSettings? Provider(string? name) => Providers.FirstOrDefault(provider => name is null ? provider.IsDefault || Providers.Count == 1 : provider.Name == name);
}

/// <summary>One place where users are signed in: a backend of the application.</summary>
/// <param name="Trust">The trust entry whose key it signs with.</param>
internal sealed record AuthProviderSettings(string Name, Uri Url, string Trust, bool IsDefault)
{
    /// <summary>Where LunaDefend's Express plugin answers.</summary>
    private const string PluginPath = "/.lunasec/secure-frame";

    public static readonly Schema<AuthProviderSettings> Schema = Declare.Object<AuthProviderSettings>("auth_provider", "A place where users are signed in.", o =>
    {
        var name = o.Text("name", "What pages call it as auth_provider.").ApplicationName();
        var url = o.Url("url", "Where browsers are sent; state is added to its query. Without a path: /.lunasec/secure-frame.").Example("https://bank.example.com/.lunasec/secure-frame");
        var trust = o.Text("trust", "The trust entry, with role login, whose key signs who the user is.").NotEmpty("name the entry");
        var isDefault = o.Boolean("default", "Whether it is the one where a page names none.").Default(false);
        return read =>
        {
            CheckUrl(read, url, read.Get(url));
            return new AuthProviderSettings(read.Get(name), WithPath(read.Get(url)), read.Get(trust), read.Get(isDefault));
        };
    });

    private static void CheckUrl(ObjectReading read, Setting setting, Uri url)
    {
        if (url.Fragment.Length > 0 || url.UserInfo.Length > 0)
        {
            read.Fault(setting, "has a fragment or a user; write scheme, host, path and query");
        }

        Loopback.RequireHttpsElsewhere(read, setting, url);
    }

    private static Uri WithPath(Uri url) => url.AbsolutePath == "/" && !url.OriginalString.EndsWith('/') ? new UriBuilder(url) { Path = PluginPath }.Uri : url;
}
