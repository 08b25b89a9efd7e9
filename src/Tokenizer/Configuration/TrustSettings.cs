using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Tokenizer.Configuration;

[Flags]
internal enum TrustRoles
{
    None = 0,

    /// <summary>May say who a user is, and end sessions.</summary>
    Gateway = 1,

    /// <summary>May verify grants and end sessions; its assertions for its application prove that a session lives.</summary>
    Sidecar = 2,

    /// <summary>May use the grant API as far as its application's policy goes.</summary>
    Application = 4,

    /// <summary>May sign users in by redirects, for the one application that it speaks for, where that has scheme application.</summary>
    Login = 8,

    /// <summary>May do with its application's tokens, without a user's session, what the service policies say that name it.</summary>
    Service = 16,
}

/// <summary>What an application's backend signs.</summary>
internal enum TokenForm
{
    /// <summary>Tokens of a kind each, for this Tokenizer, good for a minute.</summary>
    Typed,

    /// <summary>What LunaDefend's <c>@lunasec/node-sdk</c> signs: without a kind, for every tokenizer, good for a quarter of an hour.</summary>
    NodeSdk,
}

/// <summary>One key holder and how far it is believed.</summary>
/// <param name="Audiences">Assertions are accepted only when made out to one of these.</param>
/// <param name="Hosts">The <c>Host</c> values under which a gateway forwards.</param>
internal sealed record TrustSettings(
    string Name,
    TrustRoles Roles,
    string Issuer,
    KeyLocation Keys,
    IReadOnlyList<string> Audiences,
    IReadOnlyList<string> Applications,
    IReadOnlyList<string> Hosts,
    TokenForm Form = TokenForm.Typed)
{
    private static readonly Schema<TrustRoles> RoleSchema =
        Declare.Choice(("gateway", TrustRoles.Gateway), ("sidecar", TrustRoles.Sidecar), ("application", TrustRoles.Application), ("login", TrustRoles.Login), ("service", TrustRoles.Service));

    /// <summary>What the backend of an application may be, and no proxy is.</summary>
    private const TrustRoles OfApplications = TrustRoles.Application | TrustRoles.Login | TrustRoles.Service;

    public static readonly Schema<TrustSettings> Schema = Declare.Object<TrustSettings>("trust", "A key holder, and how far it is believed.", o =>
    {
        var name = o.Text("name", "For logs and messages.").NotEmpty("name the entry");
        var roles = o.List("roles", RoleSchema, "gateway: may say who a user is, and end sessions. sidecar: may verify grants and end sessions. application: may use the grant API. login: may sign users in by redirects, where the application has scheme application. service: may do without a user's session what service_policies say.").NotEmpty("give at least one role");
        var issuer = o.Text("issuer", "What its tokens carry as iss, compared character for character.").NotEmpty("name the issuer");
        var url = o.Url("jwks_url", "Address of its public keys as a JSON web key set.").Optional();
        var set = o.Path("jwks_file", "File with its public keys as a JSON web key set; a changed one counts within seconds.").Optional();
        var pem = o.Path("public_key_file", "File with its one public key as PEM; a changed one counts within seconds.").Optional();
        var audiences = o.List("audiences", Declare.Text, "Narrows what its assertions may be made out to: tokenizer:<application> for a gateway or login, <application> for a sidecar. Empty: all of these.");
        var applications = o.List("applications", Declare.Text, "The applications that it may speak for.").NotEmpty("name at least one application");
        var hosts = o.List("hosts", Declare.Text, "Host names under which a gateway forwards; with a port just that one, without any.");
        var form = o.Choice("tokens", "What an application's backend signs: tokens of this Tokenizer's own kinds, or those of LunaDefend's node-sdk.", ("typed", TokenForm.Typed), ("node_sdk", TokenForm.NodeSdk))
            .Default("typed");
        return read =>
        {
            Loopback.RequireHttpsElsewhere(read, url, read.Get(url));
            var role = read.Get(roles).Aggregate(TrustRoles.None, (all, one) => all | one);
            CheckRoles(read, roles, role, applications, hosts);
            if (read.Get(form) == TokenForm.NodeSdk && (role & ~OfApplications) != TrustRoles.None)
            {
                read.Fault(form, "is node_sdk; only the backends of applications use that");
            }

            var possible = AudiencesOf(role, read.Get(applications)).ToArray();
            foreach (var audience in read.Get(audiences).Except(possible))
            {
                read.Fault(audiences, $"holds {audience}; its roles and applications allow {(possible.Length > 0 ? string.Join(", ", possible) : "none")}");
            }

            return new TrustSettings(
                read.Get(name), role, read.Get(issuer), LocationOf(read, read.Get(url), read.Get(set), read.Get(pem)),
                read.Get(audiences) is { Count: > 0 } narrowed ? narrowed : possible, read.Get(applications), read.Get(hosts), read.Get(form));
        };
    });

    private static void CheckRoles(
        ObjectReading read, Setting roles, TrustRoles role, Setting<IReadOnlyList<string>> applications, Setting<IReadOnlyList<string>> hosts)
    {
        var ofApplication = (role & OfApplications) != TrustRoles.None;
        if (ofApplication && (role & ~OfApplications) != TrustRoles.None)
        {
            read.Fault(roles, "joins application, login or service with a proxy's role; a broken-in application must not be able to make users");
        }

        if (ofApplication && read.Get(applications).Count > 1)
        {
            read.Fault(applications, "names several; the key of an application speaks for that one");
        }

        if (role.HasFlag(TrustRoles.Gateway) == (read.Get(hosts).Count == 0))
        {
            read.Fault(hosts, role.HasFlag(TrustRoles.Gateway) ? "is empty; name the hosts that the gateway forwards for" : "is for gateways only");
        }
    }

    private static IEnumerable<string> AudiencesOf(TrustRoles role, IReadOnlyList<string> applications) =>
    [
        .. (role & (TrustRoles.Gateway | TrustRoles.Login)) != TrustRoles.None ? applications.Select(ApplicationSettings.UsersAudienceOf) : [],
        .. role.HasFlag(TrustRoles.Sidecar) ? applications : [],
    ];

    private static KeyLocation LocationOf(ObjectReading read, Uri? url, string? set, string? pem)
    {
        KeyLocation?[] given =
        [
            url is null ? null : new KeyLocation.Address(url),
            set is null ? null : new KeyLocation.SetFile(set),
            pem is null ? null : new KeyLocation.PemFile(pem),
        ];
        if (given.Count(location => location is not null) != 1)
        {
            read.Fault("needs exactly one of jwks_url, jwks_file and public_key_file");
        }

        return given.FirstOrDefault(location => location is not null) ?? new KeyLocation.SetFile("");
    }
}

/// <summary>Where a key holder's public keys are.</summary>
internal abstract record KeyLocation
{
    private KeyLocation() { }

    public sealed record Address(Uri Url) : KeyLocation;

    /// <summary>A JSON web key set, read again when it changes.</summary>
    public sealed record SetFile(string Path) : KeyLocation;

    /// <summary>One public key as PEM.</summary>
    public sealed record PemFile(string Path) : KeyLocation;
}
