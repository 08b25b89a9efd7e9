using AuthProxy.Hosting.Refusals;

namespace AuthProxy.Tokenizer.Refusals;

/// <summary>Every reason for which the Tokenizer says no. The same names stand in answers, logs, metrics and docs/refusals.md.</summary>
internal static class TokenizerRefusals
{
    // Who is calling?
    public static readonly Refusal AssertionMissing = new(401, "assertion-missing", "The request carries no assertion of a gateway.");
    public static readonly Refusal AssertionInvalid = new(401, "assertion-invalid", "The assertion was not accepted.");
    public static readonly Refusal CredentialsMissing = new(401, "credentials-missing", "The request carries no credentials.") { Challenge = "Bearer" };
    public static readonly Refusal CredentialsInvalid =
        new(401, "credentials-invalid", "The credentials were not accepted.") { Challenge = "Bearer error=\"invalid_token\"" };

    public static readonly Refusal CredentialsAmbiguous = new(400, "credentials-ambiguous", "The request carries more than one credential.");
    public static readonly Refusal CallerNotAllowed = new(403, "caller-not-allowed", "This caller may not do that.");
    public static readonly Refusal HostUnknown = new(421, "host-unknown", "This host is not served here.");
    public static readonly Refusal KeysUnavailable = new(503, "keys-unavailable", "The caller's keys cannot be read right now.") { RetryAfter = 1 };

    // May the application sign this user in?
    public static readonly Refusal ProviderUnknown = new(400, "provider-unknown", "There is no auth provider of that name.");
    public static readonly Refusal LoginFailed = new(400, "login-failed", "The sign-in did not succeed, or belongs to another browser.");
    public static readonly Refusal LoginExpired = new(400, "login-expired", "The sign-in was completed before.");

    // Is there a session?
    public static readonly Refusal SessionRequired = new(401, "session-required", "There is no session.");
    public static readonly Refusal SessionEnded = new(403, "session-ended", "The session has ended.");
    public static readonly Refusal SessionUnknown = new(403, "session-unknown", "The session is not known to be alive.");
    public static readonly Refusal SessionMismatch = new(403, "session-mismatch", "The session is another one than was stated.");
    public static readonly Refusal GuestRequired = new(403, "guest-required", "Only what a guest holds can pass over to another session.");
    public static readonly Refusal SessionHashMismatch = new(401, "session-hash-mismatch", "The request was locked to another session.");

    // May it?
    public static readonly Refusal CrossOriginRefused = new(403, "cross-origin-refused", "The request comes from another origin.");
    public static readonly Refusal GrantMissing = new(403, "grant-missing", "The session has no grant for this token.");
    public static readonly Refusal GrantApiOff = new(403, "grant-api-off", "This application's grants are made by rules.");
    public static readonly Refusal ForeignToken = new(403, "foreign-token", "The token belongs to another application.");
    public static readonly Refusal NotOwner = new(403, "not-owner", "The session's subject does not own the token.");
    public static readonly Refusal PolicyNotAllowed = new(403, "policy-not-allowed", "There is no policy of that name that lets this service do that.");
    public static readonly Refusal PolicyLimitReached = new(429, "policy-limit-reached", "The policy's operations of this hour are used up.") { RetryAfter = 60 };
    public static readonly Refusal RecordMismatch = new(403, "record-mismatch", "The token does not belong to this record.");
    public static readonly Refusal GrantLimitReached = new(429, "grant-limit-reached", "The session was granted as many tokens in this hour as it may be.") { RetryAfter = 60 };
    public static readonly Refusal DurationInvalid = new(400, "duration-invalid", "The duration is malformed or out of bounds.");
    public static readonly Refusal TokenMalformed = new(400, "token-malformed", "A token has the form lunasec-<uuid>.");
    public static readonly Refusal TokenUnknown = new(404, "token-unknown", "There is no such token.");

    // Is it there?
    public static readonly Refusal MetadataUnknown = new(404, "metadata-unknown", "The token has no metadata.");
    public static readonly Refusal ValueMissing = new(404, "value-missing", "No value was uploaded for this token.");
    public static readonly Refusal ValueExists = new(409, "value-exists", "The token has a value, and values never change.");
    public static readonly Refusal ValueNotInline = new(413, "value-not-inline", "The value is too large for a JSON object; use the addresses for uploads and downloads.");
    public static readonly Refusal ValueNotText = new(409, "value-not-text", "The value is no text; ask for it in base64.");
    public static readonly Refusal MaskUnavailable = new(400, "mask-unavailable", "A mask is for texts of at least eight characters.");
    public static readonly Refusal ValueTooLarge = new(413, "value-too-large", "The value is larger than is allowed here.");
    public static readonly Refusal ValueDamaged = new(500, "value-damaged", "The stored value failed its integrity check.");
    public static readonly Refusal TicketInvalid = new(403, "ticket-invalid", "This address is not valid, or not any more.");
    public static readonly Refusal UploadInterrupted = new(400, "upload-interrupted", "The upload ended before it was complete.");

    // Is it a request that we can read?
    public static readonly Refusal RouteUnknown = new(404, "route-unknown", "There is nothing at this address.");
    public static readonly Refusal MethodNotAllowed = new(405, "method-not-allowed", "This address does not answer this method.");
    public static readonly Refusal ContentTypeUnsupported = new(415, "content-type-unsupported", "The body's content type is not accepted here.");
    public static readonly Refusal BodyInvalid = new(400, "body-invalid", "The body is not what this address expects.");
    public static readonly Refusal BodyTooLarge = new(413, "body-too-large", "The body is larger than is allowed here.");
    public static readonly Refusal BodyTimeout = new(408, "body-timeout", "The body did not arrive in time.");
    public static readonly Refusal BatchTooLarge = new(400, "batch-too-large", "At most 100 things can be asked for at once.");
    public static readonly Refusal IdempotencyKeyInvalid = new(400, "idempotency-key-invalid", "The idempotency key is malformed, or not for this request.");
    public static readonly Refusal IdempotencyKeyReused = new(422, "idempotency-key-reused", "The idempotency key was used for another request.");
    public static readonly Refusal IdempotencyLimitReached = new(429, "idempotency-limit-reached", "The caller has used as many idempotency keys in this hour as it may.") { RetryAfter = 60 };
    public static readonly Refusal RequestUnderWay = new(409, "request-under-way", "The same request is being answered right now.") { RetryAfter = 1 };

    // Are we well?
    public static readonly Refusal StoreUnavailable = new(503, "store-unavailable", "The Tokenizer's database does not answer.") { RetryAfter = 1 };
    public static readonly Refusal AuditUnavailable = new(503, "audit-unavailable", "The Tokenizer cannot write its audit right now.") { RetryAfter = 1 };
    public static readonly Refusal Overloaded = new(503, "overloaded", "Too many requests at once.") { RetryAfter = 1 };
    public static readonly Refusal InternalFault = new(500, "internal-fault", "Something went wrong inside the Tokenizer.");
}
