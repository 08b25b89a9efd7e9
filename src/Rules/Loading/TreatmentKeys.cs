using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Rules.Loading;

/// <summary>The keys that rules and <c>defaults</c> share.</summary>
internal sealed class TreatmentKeys
{
    private readonly Setting<IReadOnlyList<HandlerUse>> authenticators;
    private readonly Setting<IReadOnlyList<HandlerUse>> authorizers;
    private readonly Setting<IReadOnlyList<HandlerUse>> mutators;
    private readonly Setting<IReadOnlyList<HandlerUse>> errors;
    private readonly Setting<UpstreamUse?> upstream;
    private readonly Setting<bool?> crossOrigin;
    private readonly Setting<bool?> webSocket;
    private readonly Setting<bool?> encodedSlash;

    public TreatmentKeys(ObjectDeclaration o)
    {
        authenticators = o.List("authenticators", HandlerSchema.Schema, "Who may say who is asking, in order.");
        authorizers = o.List("authorizers", HandlerSchema.Schema, "All must allow.");
        mutators = o.List("mutators", HandlerSchema.Schema, "What the upstream is told about the subject, in order.");
        errors = o.List("errors", HandlerSchema.Schema, "Who answers refusals; left out: login for navigations, problem details for the rest.");
        upstream = o.Value("upstream", UpstreamSchema.Schema, "Where the requests go.").Optional();
        crossOrigin = o.Choice("cross_origin", "Whether a cookie session may be used from other origins by unsafe methods and WebSocket upgrades. Without a word: deny.", ("deny", false), ("allow", true)).Optional();
        webSocket = o.Choice("websocket", "Whether WebSocket upgrades pass. Without a word: allow, but deny beside grants, which cannot see into a WebSocket.", ("deny", false), ("allow", true)).Optional();
        encodedSlash = o.Choice("encoded_slash", "Whether a segment may hold %2F. Without a word: refuse.", ("refuse", false), ("allow", true)).Optional();
    }

    public RuleTreatment Read(ObjectReading read)
    {
        if (read.IsGiven(authenticators) && read.Get(authenticators).Count == 0)
        {
            read.Fault(authenticators, "is empty; name at least one, such as oidc or anonymous");
        }

        // Of two readings, "nothing is asked" and "nothing allows", neither may be guessed.
        if (read.IsGiven(authorizers) && read.Get(authorizers).Count == 0)
        {
            read.Fault(authorizers, "is empty; name at least one, such as allow or deny");
        }

        return new RuleTreatment
        {
            Authenticators = Given(authenticators),
            Authorizers = Given(authorizers),
            Mutators = Given(mutators),
            Errors = Given(errors),
            Upstream = read.Get(upstream),
            AllowCrossOrigin = read.Get(crossOrigin),
            AllowWebSocket = read.Get(webSocket),
            AllowEncodedSlash = read.Get(encodedSlash),
        };

        IReadOnlyList<HandlerUse>? Given(Setting<IReadOnlyList<HandlerUse>> setting) => read.IsGiven(setting) ? read.Get(setting) : null;
    }
}
