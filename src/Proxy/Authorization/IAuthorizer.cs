using AuthProxy.Hosting.Refusals;

namespace AuthProxy.Proxy.Authorization;

/// <summary>One condition under which a known subject may pass; made when a rule loads, for that rule. All of a rule's must allow.</summary>
internal interface IAuthorizer
{
    /// <summary>The name that rules use.</summary>
    string Name { get; }

    /// <summary>Every header for the upstream that this authorizer can ever set: clients may send none of them, in any spelling, on any rule.</summary>
    IReadOnlyCollection<string> HeaderNames => [];

    ValueTask<AuthorizationOutcome> AuthorizeAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation);
}

/// <summary>What one authorizer, or the grant check, made of a request.</summary>
internal abstract record AuthorizationOutcome
{
    private AuthorizationOutcome()
    {
    }

    /// <summary>A clear yes; anything else is a refusal.</summary>
    public sealed record Allowed : AuthorizationOutcome
    {
        public static readonly Allowed Instance = new();
    }

    public sealed record Refused(Refusal Refusal, string Why) : AuthorizationOutcome
    {
        /// <summary>
        /// Whether this is a no; every other refusal, whatever its status, says that there was no answer to the question (403 is also said
        /// where a body could not be looked into).
        /// </summary>
        public bool IsClearNo =>
            Refusal == ProxyRefusals.AccessDenied || Refusal == ProxyRefusals.RequirementNotMet || Refusal.Is(ProxyRefusals.AuthenticationInsufficient);
    }
}
