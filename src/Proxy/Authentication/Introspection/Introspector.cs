using System.Diagnostics;
using AuthProxy.Proxy.Remotes;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Authentication.Introspection;

/// <summary>Asks one introspection endpoint in one way; rules that ask the same way share it, and what it remembers.</summary>
internal sealed class Introspector
{
    private const int LongestAnswer = 64 * 1024;

    private static readonly IntrospectionOutcome.Refused NotWelcome = new(ProxyRefusals.CheckFailed, "the introspection endpoint does not take the Proxy's own credentials (status 401)");

    private readonly IntrospectionSettings _settings;
    private readonly RuleForm _form;
    private readonly IRemoteCaller _caller;
    private readonly TimeProvider _time;
    private readonly RemotePolicy _policy;
    private readonly PreAuthorization? _preAuthorization;
    private readonly AnswerCache<IntrospectionOutcome>? _answers;

    public Introspector(IntrospectionSettings settings, RuleForm form, IRemoteCaller caller, TimeProvider time)
    {
        (_settings, _form, _caller, _time) = (settings, form, caller, time);
        _policy = settings.Retry.Policy with { LongestAnswer = LongestAnswer };
        _preAuthorization = settings.PreAuthorization.Enabled ? new PreAuthorization(settings.PreAuthorization, _policy, caller, time) : null;
        _answers = settings.Cache.Enabled ? new AnswerCache<IntrospectionOutcome>(time, settings.Cache.MostEntries) : null;
    }

    /// <summary>Asks about a token, or remembers what was answered.</summary>
    /// <param name="token">The token.</param>
    /// <param name="scope">The scopes that the endpoint itself is to judge; such answers are never remembered.</param>
    /// <param name="host">The host that the endpoint is told; null for none.</param>
    /// <param name="good">Whether the answer is worth remembering.</param>
    /// <param name="cancellation">The client has gone; others who wait for the same answer still get it.</param>
    public ValueTask<IntrospectionOutcome> AskAsync(string token, string? scope, string? host, Func<IntrospectionAnswer, bool> good, CancellationToken cancellation) =>
        _answers is null || scope is not null
            ? FetchAsync(token, scope, host, cancellation)
            : _answers.GetAsync(AnswerKey.Of(token, host), () => FetchAsync(token, null, host, CancellationToken.None), outcome => Keep(outcome, good), cancellation);

    private TimeSpan Keep(IntrospectionOutcome outcome, Func<IntrospectionAnswer, bool> good)
    {
        if (outcome is not IntrospectionOutcome.Answered { Answer: var answer } || !good(answer))
        {
            return TimeSpan.Zero;
        }

        var rest = answer.ExpiresAt is { } expires ? expires - _time.GetUtcNow() : TimeSpan.MaxValue;
        return rest < _settings.Cache.TimeToLive ? rest : _settings.Cache.TimeToLive;
    }

    private async ValueTask<IntrospectionOutcome> FetchAsync(string token, string? scope, string? host, CancellationToken cancellation)
    {
        if (_preAuthorization is null)
        {
            return Read(await _caller.AskAsync(QuestionOf(token, scope, host, null), _policy, cancellation));
        }

        // A token that was withdrawn before its time is replaced once; a second refusal is a matter of rights.
        for (var attempt = 1; ; attempt++)
        {
            var own = await _preAuthorization.GetAsync(cancellation);
            if (own.Granted is not { } granted)
            {
                return new IntrospectionOutcome.Refused(ProxyRefusals.CheckFailed, own.Why);
            }

            var outcome = await _caller.AskAsync(QuestionOf(token, scope, host, granted.Text), _policy, cancellation);
            if (outcome is not RemoteOutcome.Answered { Status: StatusCodes.Status401Unauthorized })
            {
                return Read(outcome);
            }

            _preAuthorization.Forget(own);
            if (attempt > 1)
            {
                return NotWelcome;
            }
        }
    }

    private RemoteRequest QuestionOf(string token, string? scope, string? host, string? own)
    {
        List<KeyValuePair<string, string>> headers = [new("Accept", "application/json")];
        headers.Set(_settings.RequestHeaders);
        if (host is not null)
        {
            headers.Set("X-Forwarded-Host", host);
        }

        if (own is not null)
        {
            headers.Set("Authorization", "Bearer " + own);
        }

        return new RemoteRequest(HttpMethod.Post, _settings.IntrospectionUrl) { Headers = headers, Body = FormText.Body(("token", token), ("scope", scope)), ContentType = FormText.ContentType };
    }

    private IntrospectionOutcome Read(RemoteOutcome outcome) => outcome switch
    {
        RemoteOutcome.Answered { Status: StatusCodes.Status200OK } good =>
            IntrospectionAnswer.Read(good.Body, _form, out var fault) is { } answer
                ? new IntrospectionOutcome.Answered(answer)
                : new IntrospectionOutcome.Refused(ProxyRefusals.CheckFailed, $"the introspection endpoint's answer {fault}"),
        RemoteOutcome.Answered { Status: StatusCodes.Status429TooManyRequests } limited =>
            new IntrospectionOutcome.Refused(ProxyRefusals.RateLimited, "the introspection endpoint limits how often it is asked") { RateLimit = RateLimitHeaders.From(limited.Headers) },
        RemoteOutcome.Answered other => new IntrospectionOutcome.Refused(ProxyRefusals.CheckFailed, $"the introspection endpoint answered with status {other.Status}"),
        RemoteOutcome.Unanswered unanswered => new IntrospectionOutcome.Refused(ProxyRefusals.CheckFailed, $"the introspection endpoint: {unanswered.Why}"),
        _ => throw new UnreachableException(),
    };
}
