using System.Diagnostics;
using System.Text.Json;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Jose.Reading;
using AuthProxy.Proxy.Remotes;
using AuthProxy.Rules.Requirements;

namespace AuthProxy.Proxy.Authentication.SessionChecks;

/// <summary>What a session service's answer comes down to.</summary>
internal abstract record SessionAnswer
{
    private const int MaximumDepth = 32;

    private static readonly JsonElement Nothing = JsonElement.Parse("{}"u8);

    private SessionAnswer()
    {
    }

    /// <summary>The session is good.</summary>
    public sealed record Known(Subject Subject) : SessionAnswer;

    /// <summary>It is not, or nobody can tell.</summary>
    /// <param name="Refusal">What the client may know.</param>
    /// <param name="Why">For the operator.</param>
    public sealed record Refused(Refusal Refusal, string Why) : SessionAnswer
    {
        /// <summary>What the service said of its limits.</summary>
        public RateLimitHeaders RateLimit { get; init; } = RateLimitHeaders.None;
    }

    public static SessionAnswer Read(RemoteOutcome outcome, SessionCheckSettings settings) => outcome switch
    {
        RemoteOutcome.Answered { Status: StatusCodes.Status200OK } good => Read(good.Body, settings),
        RemoteOutcome.Answered { Status: StatusCodes.Status429TooManyRequests } limited =>
            new Refused(ProxyRefusals.RateLimited, "the session service limits how often it is asked") { RateLimit = RateLimitHeaders.From(limited.Headers) },
        RemoteOutcome.Answered other => new Refused(ProxyRefusals.CredentialsInvalid, $"the session service answered with status {other.Status}"),
        RemoteOutcome.Unanswered unanswered => new Refused(ProxyRefusals.CheckUnavailable, $"the session service: {unanswered.Why}"),
        _ => throw new UnreachableException(),
    };

    private static SessionAnswer Read(ReadOnlyMemory<byte> body, SessionCheckSettings settings)
    {
        var fault = StrictJson.ParseObject(body.Span, MaximumDepth, out var answer);
        if (fault is not null && !settings.AllowEmptySubject)
        {
            return new Refused(ProxyRefusals.CredentialsInvalid, $"the session service's answer {fault}");
        }

        var (subject, extra) = fault is null ? (settings.SubjectFrom.Find(answer), settings.ExtraFrom.Find(answer)) : (null, null);
        if (subject is { ValueKind: not JsonValueKind.String })
        {
            return new Refused(ProxyRefusals.CredentialsInsufficient, $"what the session service names as subject ({settings.SubjectFrom}) is no text");
        }

        if (extra is { ValueKind: not JsonValueKind.Object })
        {
            return new Refused(ProxyRefusals.CredentialsInsufficient, $"what the session service says of the subject ({settings.ExtraFrom}) is no object");
        }

        // An HTML page with status 200 names nobody; whoever wants to let nobody in has to say so.
        return subject?.GetString() is not { Length: > 0 } id && !settings.AllowEmptySubject
            ? new Refused(ProxyRefusals.CredentialsInvalid, $"the session service names no subject ({settings.SubjectFrom})")
            // What a service adds may be what its users have written about themselves: nothing of it says how or when somebody signed in.
            : new Known(new Subject(ServiceAddress.OriginOf(settings.CheckUrl), subject?.GetString() ?? "", extra ?? Nothing, null) { Authentication = default(AuthenticationFacts) });
    }
}
