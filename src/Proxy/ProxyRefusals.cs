using AuthProxy.Hosting.Refusals;

namespace AuthProxy.Proxy;

/// <summary>Why a request goes no further, as far as the client may know it. A reason is never renamed once released.</summary>
internal static class ProxyRefusals
{
    public static readonly Refusal TargetMalformed = new(400, "target-malformed", "The request target is not acceptable.");
    public static readonly Refusal RequestMalformed = new(400, "request-malformed", "The request is not well formed.");
    public static readonly Refusal HostUnknown = new(421, "host-unknown", "This host is not served here.");
    public static readonly Refusal CallerUnknown = new(403, "caller-unknown", "The caller may not ask for decisions.");
    public static readonly Refusal CallerNotAllowed = new(403, "caller-not-allowed", "The caller may not ask about this host.");
    public static readonly Refusal RuleMissing = new(404, "rule-missing", "The requested resource could not be found.");
    public static readonly Refusal RuleAmbiguous = new(500, "rule-ambiguous", "The request could not be decided.");
    public static readonly Refusal RuleUndecided = new(500, "rule-undecided", "The request could not be decided.");
    public static readonly Refusal RuleInvalid = new(500, "rule-invalid", "The request could not be decided.");
    public static readonly Refusal Maintenance = new(503, "maintenance", "This service is being maintained.");
    public static readonly Refusal DecisionTimeout = new(504, "decision-timeout", "The request could not be decided in time.");
    public static readonly Refusal CredentialsMissing = new(401, "credentials-missing", "Credentials are required.") { Challenge = "Bearer" };
    public static readonly Refusal ProviderNotAccepted = new(401, "provider-not-accepted", "Signing in elsewhere does not count here.") { Challenge = "Bearer" };
    public static readonly Refusal CredentialsInvalid = new(401, "credentials-invalid", "The credentials were not accepted.") { Challenge = "Bearer error=\"invalid_token\"" };
    public static readonly Refusal CredentialsAmbiguous = new(400, "credentials-ambiguous", "The request carries credentials more than once.");
    public static readonly Refusal KeysUnavailable = new(503, "keys-unavailable", "The credentials could not be checked.") { RetryAfter = 2 };
    public static readonly Refusal CredentialsInsufficient = new(403, "credentials-insufficient", "The credentials are not sufficient for this.");
    public static readonly Refusal RateLimited = new(429, "rate-limited", "Too many requests.");
    public static readonly Refusal CheckUnavailable = new(503, "check-unavailable", "The request could not be checked.") { RetryAfter = 2 };
    public static readonly Refusal CheckFailed = new(500, "check-failed", "The request could not be checked.");
    public static readonly Refusal CheckTimeout = new(504, "check-timeout", "The request could not be checked in time.");
    public static readonly Refusal CheckEndpointMissing = new(404, "check-endpoint-missing", "The request could not be checked.");
    public static readonly Refusal SessionStoreUnavailable = new(503, "session-store-unavailable", "The session could not be checked.") { RetryAfter = 2 };
    public static readonly Refusal CrossOriginRefused = new(403, "cross-origin-refused", "Requests from another origin are not accepted here.");
    public static readonly Refusal AccessDenied = new(403, "access-denied", "The requested action was forbidden.");
    public static readonly Refusal RequirementNotMet = new(403, "requirement-not-met", "The requested action was forbidden.");
    public static readonly Refusal AuthenticationInsufficient = new(401, "authentication-insufficient", "Signing in again is required for this.") { Challenge = "Bearer error=\"insufficient_user_authentication\"" };
    public static readonly Refusal UpgradeRefused = new(403, "upgrade-refused", "The protocol cannot be changed here.");
    public static readonly Refusal GrantsNeedForwarding = new(403, "grants-need-forwarding", "The request can only be decided where it is forwarded.");
    public static readonly Refusal GrantMissing = new(403, "grant-missing", "The session holds no grant for a token in the request.");
    public static readonly Refusal TokenMalformed = new(400, "token-malformed", "A field that must hold a token holds something else.");
    public static readonly Refusal TokensTooMany = new(400, "tokens-too-many", "The request names more tokens than can be checked at once.");
    public static readonly Refusal BodyUnreadable = new(400, "body-unreadable", "The request body could not be checked.");
    public static readonly Refusal BodyTypeUndeclared = new(415, "body-type-undeclared", "The request body has a type that cannot be checked.");
    public static readonly Refusal BodyTooLarge = new(413, "body-too-large", "The request body is too large.");
    public static readonly Refusal BodyTimeout = new(408, "body-timeout", "The request body did not arrive in time.");
    public static readonly Refusal TokenizerUnavailable = new(503, "tokenizer-unavailable", "The grants could not be checked.") { RetryAfter = 2 };
    public static readonly Refusal IdentityUnavailable = new(500, "identity-unavailable", "The identity could not be passed on.");
    public static readonly Refusal UpstreamMissing = new(500, "upstream-missing", "The request could not be forwarded.");
    public static readonly Refusal UpstreamUnreachable = new(502, "upstream-unreachable", "The application could not be reached.");
    public static readonly Refusal UpstreamTimeout = new(504, "upstream-timeout", "The application did not answer in time.");
    public static readonly Refusal Overloaded = new(503, "overloaded", "Too many requests at once.") { RetryAfter = 2 };
    public static readonly Refusal ErrorHandlersUndecided = new(500, "error-handlers-undecided", "The refusal could not be told.");
    public static readonly Refusal InternalFault = new(500, "internal-fault", "The request could not be decided.");
    public static readonly Refusal LoginFailed = new(400, "login-failed", "Signing in did not work.");
    public static readonly Refusal LoginInsufficient = new(403, "login-insufficient", "Signing in was not strong or recent enough for this.");
    public static readonly Refusal LoginExpired = new(400, "login-expired", "Signing in took too long.");
    public static readonly Refusal LogoutTokenInvalid = new(400, "logout-token-invalid", "The logout token was not accepted.");
    public static readonly Refusal ProviderUnavailable = new(503, "provider-unavailable", "Signing in is not possible right now.") { RetryAfter = 5 };
    public static readonly Refusal ProviderUnknown = new(400, "provider-unknown", "There is no such place to sign in.");
    public static readonly Refusal GuestNotAdopted = new(503, "guest-not-adopted", "Signing in is not possible right now.") { RetryAfter = 2 };
    public static readonly Refusal ReturnAddressRefused = new(400, "return-address-refused", "The address to return to is not served here.");
    public static readonly Refusal MethodNotAllowed = new(405, "method-not-allowed", "The method is not allowed here.");
    public static readonly Refusal EndpointUnknown = new(404, "endpoint-unknown", "The requested resource could not be found.");
}
