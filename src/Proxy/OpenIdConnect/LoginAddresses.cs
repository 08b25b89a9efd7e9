using AuthProxy.Proxy.Addresses;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>Where our own endpoints are, and on which host logins begin and end.</summary>
internal sealed class LoginAddresses
{
    /// <summary>Hosts that one login visits at most: browsers follow some twenty redirects, and each host takes three.</summary>
    private const int MaximumVisits = 4;

    private const string Callback = "callback";
    private const string BackChannelLogout = "backchannel-logout";

    /// <param name="addresses">Our public hosts.</param>
    /// <param name="settings">The providers' settings.</param>
    /// <param name="frameHosts">Hosts that pages of other hosts show in a frame, where a login could not happen: visited first.</param>
    /// <param name="prefix">What our paths begin with.</param>
    public LoginAddresses(PublicAddresses addresses, OidcSettings settings, IReadOnlyCollection<string> frameHosts, string prefix)
    {
        Prefix = prefix;
        Login = Choose(addresses, settings.LoginHost);
        Frames = [.. addresses.All.Where(address => address != Login && frameHosts.Contains(address.Host)).Select(address => address.Origin)];
        Others = [.. addresses.All.Where(address => address != Login).OrderBy(address => !frameHosts.Contains(address.Host)).Select(address => address.Origin)];
    }

    /// <summary>What all our paths begin with; no rule matches below it.</summary>
    public string Prefix { get; }

    /// <summary>The host that speaks with the providers: the redirect URI of each is there.</summary>
    public PublicAddress Login { get; }

    /// <summary>The origins of our other hosts: a login gives each of them a cookie in the same chain of redirects.</summary>
    public IReadOnlyList<string> Others { get; }

    /// <summary>Those of them that pages of other hosts show in a frame, where no redirect could give them a cookie.</summary>
    public IReadOnlyList<string> Frames { get; }

    /// <summary>
    /// Where a provider sends people back to. Each has a place of its own, so that the answer of one can never be taken for another's
    /// (RFC 9700, section 4.4.2); a provider without a name keeps the one without a name.
    /// </summary>
    public string RedirectUriOf(string provider) => At(Login.Origin, Of(Callback, provider));

    public string SignedOutUri => At(Login.Origin, "signed-out");

    /// <summary>Where a provider tells of logouts; each has a place of its own, so that it is known whose keys count.</summary>
    public string BackChannelLogoutUriOf(string provider) => At(Login.Origin, Of(BackChannelLogout, provider));

    /// <summary>The name of the provider whose callback this is; null for every other endpoint.</summary>
    public static string? ProviderOfCallback(string endpoint) => ProviderIn(endpoint, Callback);

    /// <summary>The name of the provider that may tell of logouts here; null for every other endpoint.</summary>
    public static string? ProviderOfLogout(string endpoint) => ProviderIn(endpoint, BackChannelLogout);

    public string At(string origin, string endpoint) => origin + Prefix + endpoint;

    /// <summary>The way that a login takes: first to the host that asked for it, then to the others, then to the destination.</summary>
    public Journey JourneyTo(string destination, LoginDemand demand, string? askedBy = null)
    {
        var first = askedBy is null || askedBy == Login.Origin ? [] : new[] { askedBy };
        return new Journey([.. first.Concat(Others).Distinct(StringComparer.Ordinal).Take(MaximumVisits)], destination, demand);
    }

    /// <summary>The way of a guest: the host that asked for it and those in frames; every other host asks when it is visited.</summary>
    public Journey JourneyOfGuest(string destination, LoginDemand demand, string? askedBy = null)
    {
        var first = askedBy is null || askedBy == Login.Origin ? [] : new[] { askedBy };
        return new Journey([.. first.Concat(Frames).Distinct(StringComparer.Ordinal).Take(MaximumVisits)], destination, demand);
    }

    private static string Of(string endpoint, string provider) => provider == OidcProviderSettings.DefaultName ? endpoint : $"{endpoint}/{provider}";

    private static string? ProviderIn(string endpoint, string kind) =>
        endpoint == kind ? OidcProviderSettings.DefaultName
        : endpoint.StartsWith(kind, StringComparison.Ordinal) && endpoint[kind.Length] == '/' && endpoint[(kind.Length + 1)..] is not OidcProviderSettings.DefaultName and var name ? name
        : null;

    private static PublicAddress Choose(PublicAddresses addresses, string? host)
    {
        if (host is null)
        {
            return addresses.All[0];
        }

        // The login host may belong to another Proxy of the realm: then it is reached as this one's hosts are.
        return addresses.All.FirstOrDefault(address => address.Host.Equals(host, StringComparison.OrdinalIgnoreCase))
            ?? new PublicAddress(addresses.All[0].Scheme, host.ToLowerInvariant());
    }
}

/// <summary>Where a browser goes once it is logged in.</summary>
/// <param name="Origins">Hosts that still have to get a cookie.</param>
/// <param name="Destination">Where the person wanted to go.</param>
/// <param name="Demand">What the login has to bring.</param>
internal sealed record Journey(IReadOnlyList<string> Origins, string Destination, LoginDemand Demand);
