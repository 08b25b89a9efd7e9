using System.Diagnostics;
using AuthProxy.Proxy.Remotes;
using Microsoft.Net.Http.Headers;

namespace AuthProxy.Proxy.Authentication.SessionChecks;

/// <summary>Asks the session service, or remembers what it said to the very same question.</summary>
internal sealed class SessionCheck(SessionCheckSettings settings, string credentialHeader, IRemoteCaller caller, AnswerCache<SessionAnswer>? cache)
{
    private static readonly AuthenticationOutcome.Rejected Ambiguous = new(ProxyRefusals.CredentialsAmbiguous, "the request carries a header twice that the session service is asked with");

    private readonly SessionQuestion _question = new(settings, credentialHeader);
    private readonly RemotePolicy _policy = new(settings.Timeout) { LongestAnswer = 256 * 1024 };

    /// <param name="request">The request; takes over what a 429 says.</param>
    /// <param name="accept">What good answers are turned into.</param>
    /// <param name="cancellation">The client has gone; others who wait for the same answer still get it.</param>
    public async ValueTask<AuthenticationOutcome> AskAsync(ProxiedRequest request, Func<Subject, AuthenticationOutcome.Accepted> accept, CancellationToken cancellation)
    {
        // The service might read the one and the upstream the other.
        if (request.Received.Headers[credentialHeader].Count > 1 && credentialHeader != HeaderNames.Cookie)
        {
            return Ambiguous;
        }

        switch (await AskAsync(_question.Of(request.Received), cancellation))
        {
            case SessionAnswer.Known known:
                return accept(known.Subject);
            case SessionAnswer.Refused refused:
                request.RateLimit = refused.RateLimit;
                return new AuthenticationOutcome.Rejected(refused.Refusal, refused.Why);
            default:
                throw new UnreachableException();
        }
    }

    private ValueTask<SessionAnswer> AskAsync(RemoteRequest question, CancellationToken cancellation) =>
        cache is null
            ? FetchAsync(question, cancellation)
            : cache.GetAsync(
                SessionQuestion.KeyOf(question),
                () => FetchAsync(question, CancellationToken.None),
                answer => answer is SessionAnswer.Known ? settings.Cache.TimeToLive : TimeSpan.Zero,
                cancellation);

    private async ValueTask<SessionAnswer> FetchAsync(RemoteRequest question, CancellationToken cancellation) =>
        SessionAnswer.Read(await caller.AskAsync(question, _policy, cancellation), settings);
}

/// <summary>Makes session checks; those that read the same answers the same way share what they remember.</summary>
internal sealed class SessionCheckFactory(IRemoteCaller caller, TimeProvider time)
{
    private readonly Shared<AnswerCache<SessionAnswer>> _caches = new();

    public SessionCheck Create(SessionCheckSettings settings, string credentialHeader) =>
        new(settings, credentialHeader, caller, settings.Cache.Enabled ? CacheOf(settings) : null);

    // What is sent is part of each key; what is made of the answer is part of this one.
    private AnswerCache<SessionAnswer> CacheOf(SessionCheckSettings settings) => _caches.For(
        AnswerKey.Of($"{settings.SubjectFrom}", $"{settings.ExtraFrom}", $"{settings.AllowEmptySubject}", $"{settings.Timeout.Ticks}", settings.Cache.Identity),
        () => new AnswerCache<SessionAnswer>(time, settings.Cache.MostEntries));
}
