using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Bodies;
using AuthProxy.Proxy.Limits;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Mutation;
using AuthProxy.Proxy.Remotes;
using AuthProxy.Proxy.Sanitizing;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Rules.Patterns;
using AuthProxy.Rules.Requirements;
using Microsoft.Extensions.Primitives;

namespace AuthProxy.Proxy;

/// <summary>What the stages tell each other about one request; the only state that travels down the path.</summary>
/// <param name="received">The request as the client sent it.</param>
/// <param name="rules">The rules in force when it came in: of two sets, the one that read the target must not let the other decide.</param>
internal sealed class ProxiedRequest(FrozenRequest received, PreparedRules rules)
{
    private Subject? _subject;
    private RuleMatch? _match;

    /// <summary>The request as the client sent it.</summary>
    public FrozenRequest Received { get; } = received;

    /// <summary>The rules that decide this request, whatever is loaded meanwhile.</summary>
    public PreparedRules Rules { get; } = rules;

    /// <summary>Whether the request goes on from here; false where another proxy holds it, body and all, and only wants a decision.</summary>
    public bool IsForwarded { get; init; } = true;

    /// <summary>What each stage decided and why.</summary>
    public DecisionTrace Trace { get; } = new();

    /// <summary>The rule that this request is held to, once matching has found exactly one.</summary>
    public RuleMatch Match
    {
        get => _match ?? throw new InvalidOperationException("No rule has been matched yet.");
        set => _match = value;
    }

    /// <summary>The rule if there is one yet; error handlers also answer requests that no rule matches.</summary>
    public PreparedRule? Rule => _match?.Rule;

    /// <summary>Who is asking, once an authenticator of the rule has accepted.</summary>
    public Subject Subject
    {
        get => _subject ?? throw new InvalidOperationException("No authenticator has accepted yet.");
        set => _subject = value;
    }

    /// <summary>The login session that the request belongs to, with what opens it again; null where another authenticator has accepted.</summary>
    public SessionLookup.Live? Login { get; set; }

    /// <summary>Whether an authenticator has accepted.</summary>
    public bool HasSubject => _subject is not null;

    /// <summary>The credentials that the accepting authenticator used up; they do not travel on unless the rule says so.</summary>
    public ConsumedCredentials Consumed { get; set; }

    /// <summary>The header that carried the credentials where they are <see cref="ConsumedCredentials.Header"/>.</summary>
    public string? ConsumedHeader { get; set; }

    /// <summary>The cookies that carried the credentials where they are <see cref="ConsumedCredentials.Cookies"/> and do not travel on.</summary>
    public IReadOnlyList<string> ConsumedCookies { get; set; } = [];

    /// <summary>Whether this header carried the credentials that were used up: nobody behind the authenticator sees it then.</summary>
    public bool HasConsumed(string header) => Consumed switch
    {
        ConsumedCredentials.Authorization => header.Equals("Authorization", StringComparison.OrdinalIgnoreCase),
        ConsumedCredentials.Header => header.Equals(ConsumedHeader, StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    /// <summary>The client's cookies as an upstream may see them: never ours, nor those that an authenticator used up.</summary>
    public StringValues TravellingCookies => RequestCookies.Without(OwnCookies.Without(Received.Headers.Cookie), ConsumedCookies);

    /// <summary>What another login would have to bring; set by whoever refuses the request for want of it.</summary>
    public AuthenticationRequirement? WantedAuthentication { get; set; }

    /// <summary>The body, where a stage had to hold it; later stages read the same bytes.</summary>
    public HeldBody? HeldBody { get; set; }

    /// <summary>The time that the rule gives its decision, while it runs; null where it gives no limit.</summary>
    public DecisionTime? DecisionTime { get; set; }

    /// <summary>What a service that the rule asked, or the rule's own limit, said of how often; a 429 that follows from it carries them on.</summary>
    public RateLimitHeaders RateLimit { get; set; } = RateLimitHeaders.None;

    /// <summary>What authorizers and mutators tell the upstream, in order.</summary>
    public IdentityHeaders Identity { get; } = new();
}

/// <summary>The rule that fits a request, and what its pattern captured.</summary>
/// <param name="Set">The rules that were in force when it was matched; later stages of the same request ask no newer ones.</param>
/// <param name="Rule">The one that fits.</param>
/// <param name="Captures">What the pattern's variable parts stand for.</param>
internal sealed record RuleMatch(PreparedRules Set, PreparedRule Rule, RuleCaptures Captures);

internal static class ProxiedRequestExtensions
{
    /// <summary>The stages' common state; set by the first stage of the path and by nobody else.</summary>
    public static ProxiedRequest Proxied(this HttpContext context) =>
        context.Features.Get<ProxiedRequest>()
        ?? throw new InvalidOperationException("The request has not passed the canonical target stage.");
}
