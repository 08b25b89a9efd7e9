using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>What a rule may say of its own; who the providers are is not for rules to say.</summary>
/// <param name="Providers">Whose sessions count, by name; empty: those of the host.</param>
/// <param name="Guest">Whether people get in without a login too.</param>
internal sealed record OidcUse(IReadOnlyList<string> Providers, bool Guest)
{
    public static readonly OidcUse Nothing = new([], Guest: false);

    public static readonly Schema<OidcUse> Schema = Declare.Object<OidcUse>("oidc", "Whose sessions count.", o =>
    {
        var provider = o.Value("provider", OidcSettings.Names, "Whose sessions count, by name.").Must(names => names.Count > 0, "name at least one").Optional();
        var guest = o.Boolean("guest", "Whether people get in without a login too, as guests.").Default(false);
        return read => new OidcUse(read.Get(provider) ?? [], read.Get(guest));
    });
}
