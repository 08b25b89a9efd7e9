using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Policies;

namespace AuthProxy.Rules.Loading;

/// <summary>The keys that rules and <c>defaults</c> share.</summary>
internal sealed class TreatmentKeys
{
    private readonly Setting<IReadOnlyList<HandlerUse>> _authenticators;
    private readonly Setting<IReadOnlyList<AuthorizerUse>> _authorizers;
    private readonly Setting<IReadOnlyList<HandlerUse>> _mutators;
    private readonly Setting<IReadOnlyList<HandlerUse>> _errors;
    private readonly Setting<UpstreamUse?> _upstream;
    private readonly Setting<bool?> _crossOrigin;
    private readonly Setting<bool?> _webSocket;
    private readonly Setting<bool?> _encodedSlash;
    private readonly Setting<RuleTimeouts?> _timeouts;
    private readonly Setting<IReadOnlyList<RateLimit>?> _rateLimits;
    private readonly Setting<OrNone<CorsPolicy>?> _cors;
    private readonly Setting<OrNone<MaintenancePolicy>?> _maintenance;
    private readonly Setting<long?> _maxBody;

    public TreatmentKeys(ObjectDeclaration o)
    {
        _authenticators = o.List("authenticators", HandlerUseSchema.In("authenticators"), "Who may say who is asking, in order.");
        _authorizers = o.List("authorizers", Declare.Named("authorizers", AuthorizerSchema.Schema), "All must allow; all_of, any_of and not combine them.");
        _mutators = o.List("mutators", HandlerUseSchema.In("mutators"), "What the upstream is told about the subject, in order.");
        _errors = o.List("errors", HandlerUseSchema.In("errors"), "Who answers refusals; left out: login for navigations, problem details for the rest.");
        _upstream = o.Value("upstream", UpstreamSchema.Schema, "Where the requests go.").Optional();
        _crossOrigin = o.Choice("cross_origin", "Whether a cookie session may be used from other origins by unsafe methods and WebSocket upgrades. Without a word: deny.", ("deny", false), ("allow", true)).Optional();
        _webSocket = o.Choice("websocket", "Whether WebSocket upgrades pass. Without a word: allow, but deny beside grants, which cannot see into a WebSocket.", ("deny", false), ("allow", true)).Optional();
        _encodedSlash = o.Choice("encoded_slash", "Whether a segment may hold %2F. Without a word: refuse.", ("refuse", false), ("allow", true)).Optional();
        _timeouts = o.Value("timeouts", TimeoutsSchema.Schema, "How long the parts of a request may take.").Optional();
        _rateLimits = o.Value("rate_limit", RateLimitSchema.Schema, "How often requests may come; each limit of a list holds by itself. The word none: as often as they like, whatever the defaults say.").Optional();
        _cors = o.Value("cors", CorsSchema.OfRule.OrNone(), "Which pages of other origins may read answers. The word none: nothing is said here, whatever the defaults say.").Optional();
        _maintenance = o.Value("maintenance", MaintenanceSchema.Schema.OrNone(), "The answer to every request while what stands behind is being maintained. The word none: none, whatever the defaults say.").Optional();
        _maxBody = o.Bytes("max_body", "The most bytes that a request's body may have; past it 413. What follows an upgrade is not counted. Without the key any number.").AtLeast("1").AtMost("1024GiB").Optional();
    }

    public RuleTreatment Read(ObjectReading read)
    {
        if (read.IsGiven(_authenticators) && read.Get(_authenticators).Count == 0)
        {
            read.Fault(_authenticators, "is empty; name at least one, such as oidc or anonymous");
        }

        // Of two readings, "nothing is asked" and "nothing allows", neither may be guessed.
        if (read.IsGiven(_authorizers) && read.Get(_authorizers).Count == 0)
        {
            read.Fault(_authorizers, "is empty; name at least one, such as allow or deny");
        }

        return new RuleTreatment
        {
            Authenticators = Given(_authenticators),
            Authorizers = read.IsGiven(_authorizers) ? read.Get(_authorizers) : null,
            Mutators = Given(_mutators),
            Errors = Given(_errors),
            Upstream = read.Get(_upstream),
            AllowCrossOrigin = read.Get(_crossOrigin),
            AllowWebSocket = read.Get(_webSocket),
            AllowEncodedSlash = read.Get(_encodedSlash),
            Timeouts = read.Get(_timeouts),
            RateLimits = read.Get(_rateLimits),
            Cors = read.Get(_cors),
            Maintenance = read.Get(_maintenance),
            MaxBody = read.Get(_maxBody),
        };

        IReadOnlyList<HandlerUse>? Given(Setting<IReadOnlyList<HandlerUse>> setting) => read.IsGiven(setting) ? read.Get(setting) : null;
    }
}
