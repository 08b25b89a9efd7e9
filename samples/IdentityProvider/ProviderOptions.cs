using System.Globalization;
using System.Net;

namespace AuthProxy.IdentityProvider;

/// <summary>What the command line may say.</summary>
internal sealed record ProviderOptions
{
    public const string ClientId = "authproxy";
    public const string ClientSecret = "demo-secret";

    public string ListenHost { get; private init; } = "127.0.0.1";

    public int Port { get; private init; } = 4480;

    public string Issuer { get; private init; } = "";

    public IReadOnlyList<string> RedirectUris { get; private init; } = [];

    public IReadOnlyList<string> PostLogoutRedirectUris { get; private init; } = [];

    public static ProviderOptions? Parse(string[] args, out string? fault)
    {
        var options = new ProviderOptions();
        for (var index = 0; index < args.Length; index += 2)
        {
            if (index + 1 == args.Length)
            {
                fault = $"{args[index]} lacks its value";
                return null;
            }

            if (options.With(args[index], args[index + 1], out fault) is not { } next)
            {
                return null;
            }

            options = next;
        }

        options = options.Issuer.Length > 0 ? options : options with { Issuer = $"http://{options.ListenHost}:{options.Port}" };
        fault = options.Fault();
        return fault is null ? options : null;
    }

    private ProviderOptions? With(string name, string value, out string? fault)
    {
        fault = null;
        switch (name)
        {
            case "--port" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536:
                return this with { Port = port };
            case "--host":
                return this with { ListenHost = value };
            case "--issuer":
                return this with { Issuer = value };
            case "--redirect-uri":
                return this with { RedirectUris = [.. RedirectUris, value] };
            case "--post-logout-redirect-uri":
                return this with { PostLogoutRedirectUris = [.. PostLogoutRedirectUris, value] };
            default:
                fault = $"{name} {value} is not understood (known: --port, --host, --issuer, --redirect-uri, --post-logout-redirect-uri)";
                return null;
        }
    }

    /// <summary>Whoever can reach this provider can be Alice: so nobody but this machine may.</summary>
    private string? Fault()
    {
        if (!IPAddress.TryParse(ListenHost, out var address) || !IPAddress.IsLoopback(address))
        {
            return $"--host {ListenHost} is not a loopback address; this provider has known passwords and listens on 127.0.0.1 or [::1] only";
        }

        if (!Uri.TryCreate(Issuer, UriKind.Absolute, out var issuer) || issuer.Scheme is not ("http" or "https") || !issuer.IsLoopback || Issuer.EndsWith('/'))
        {
            return $"--issuer {Issuer} must be an http(s) address on loopback without a slash at its end";
        }

        return null;
    }
}
