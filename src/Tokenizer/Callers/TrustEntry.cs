using AuthProxy.Jose;
using AuthProxy.Tokenizer.Configuration;

namespace AuthProxy.Tokenizer.Callers;

/// <summary>One key holder: how far it is believed, and the verifiers of its kinds of token.</summary>
internal sealed class TrustEntry : IDisposable
{
    public const string ServicesAudience = "tokenizer-services";

    /// <summary>What our own proxies and applications sign with.</summary>
    private static readonly string[] Algorithms = [JwtAlgorithms.ES256, JwtAlgorithms.RS256];

    private static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(60);

    /// <summary>What LunaDefend's node-sdk signs: one algorithm, one audience everywhere, a quarter of an hour, and no kind.</summary>
    private static readonly JwtPolicy NodeSdk = new() { Algorithms = [JwtAlgorithms.RS256], Audiences = ["secure-frame"], MaximumLifetime = TimeSpan.FromMinutes(15) };

    private readonly JwksCache _keys;
    private readonly Dictionary<string, CachedJwtVerifier> _verifiers = new(StringComparer.Ordinal);

    public TrustEntry(TrustSettings settings, IEnumerable<ApplicationSettings> applications, JwksCache keys, TimeProvider clock)
    {
        Settings = settings;
        Applications = applications.Where(application => settings.Applications.Contains(application.Name)).ToDictionary(application => application.Name);
        _keys = keys;

        var verifier = new JwtVerifier(clock);
        IKeySource source = settings.Keys is KeyLocation.PemFile ? new OnlyKey(keys) : keys;
        void Believe(string type, IReadOnlyCollection<string> audiences, params string[] claims) =>
            _verifiers.Add(type, new CachedJwtVerifier(verifier, PolicyOf(settings, type, audiences, claims), source, clock));

        if (Is(TrustRoles.Gateway) || Is(TrustRoles.Sidecar))
        {
            Believe(JwtTypes.Assertion, settings.Audiences, "sub", "sub_iss");
            Believe(JwtTypes.Service, [ServicesAudience], "sub");
        }

        if (Is(TrustRoles.Application) || Is(TrustRoles.Service))
        {
            Believe(JwtTypes.Application, [ServicesAudience], "sub");
        }

        if (Is(TrustRoles.Login))
        {
            Believe(JwtTypes.Session, settings.Audiences, "sub", "session_id");
        }
    }

    public TrustSettings Settings { get; }

    public IReadOnlyDictionary<string, ApplicationSettings> Applications { get; }

    public bool Is(TrustRoles role) => Settings.Roles.HasFlag(role);

    /// <summary>Null where the entry may not present tokens of this kind.</summary>
    public CachedJwtVerifier? VerifierOf(string type) => _verifiers.GetValueOrDefault(type);

    /// <summary>What was verified with a key that is gone must not be believed for the rest of its life.</summary>
    public void KeysFetched(KeySetRefresh refresh)
    {
        if (refresh.Withdrawn)
        {
            foreach (var verifier in _verifiers.Values)
            {
                verifier.Clear();
            }
        }
    }

    /// <summary>A host with a port is meant with just that port; one without is meant with any.</summary>
    public bool Serves(HostString host) => Settings.Hosts.Any(known =>
        known.Equals(host.Value, StringComparison.OrdinalIgnoreCase) || known.Equals(host.Host, StringComparison.OrdinalIgnoreCase));

    private static JwtPolicy PolicyOf(TrustSettings settings, string type, IReadOnlyCollection<string> audiences, string[] claims) =>
        settings.Form == TokenForm.NodeSdk
            ? NodeSdk with { Issuers = [settings.Issuer], RequiredClaims = claims }
            : new JwtPolicy
            {
                Algorithms = Algorithms,
                Issuers = [settings.Issuer],
                Audiences = audiences,
                Type = type,
                MaximumLifetime = LongestLife,
                RequiredClaims = ["jti", .. claims],
            };

    public void Dispose() => _keys.Dispose();
}
