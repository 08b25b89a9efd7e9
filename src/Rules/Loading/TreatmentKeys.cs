using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Rules.Loading;

/// <summary>The keys that rules and <c>defaults</c> share.</summary>
internal sealed class TreatmentKeys
{
    private readonly Setting<IReadOnlyList<HandlerUse>> _authenticators;
    private readonly Setting<IReadOnlyList<HandlerUse>> _authorizers;
    private readonly Setting<IReadOnlyList<HandlerUse>> _mutators;
    private readonly Setting<IReadOnlyList<HandlerUse>> _errors;
    private readonly Setting<UpstreamUse?> _upstream;
    private readonly Setting<bool?> _crossOrigin;
    private readonly Setting<bool?> _webSocket;
    private readonly Setting<bool?> _encodedSlash;

    public TreatmentKeys(ObjectDeclaration o)
    {
        _authenticators = o.List("authenticators", HandlerUseSchema.In("authenticators"), "Who may say who is asking, in order.");
        _authorizers = o.List("authorizers", HandlerUseSchema.In("authorizers"), "All must allow.");
        _mutators = o.List("mutators", HandlerUseSchema.In("mutators"), "What the upstream is told about the subject, in order.");
        _errors = o.List("errors", HandlerUseSchema.In("errors"), "Who answers refusals; left out: login for navigations, problem details for the rest.");
        _upstream = o.Value("upstream", UpstreamSchema.Schema, "Where the requests go.").Optional();
        _crossOrigin = o.Choice("cross_origin", "Whether a cookie session may be used from other origins by unsafe methods and WebSocket upgrades. Without a word: deny.", ("deny", false), ("allow", true)).Optional();
        _webSocket = o.Choice("websocket", "Whether WebSocket upgrades pass. Without a word: allow, but deny beside grants, which cannot see into a WebSocket.", ("deny", false), ("allow", true)).Optional();
        _encodedSlash = o.Choice("encoded_slash", "Whether a segment may hold %2F. Without a word: refuse.", ("refuse", false), ("allow", true)).Optional();
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
            Authorizers = Given(_authorizers),
            Mutators = Given(_mutators),
            Errors = Given(_errors),
            Upstream = read.Get(_upstream),
            AllowCrossOrigin = read.Get(_crossOrigin),
            AllowWebSocket = read.Get(_webSocket),
            AllowEncodedSlash = read.Get(_encodedSlash),
        };

        IReadOnlyList<HandlerUse>? Given(Setting<IReadOnlyList<HandlerUse>> setting) => read.IsGiven(setting) ? read.Get(setting) : null;
    }
}
