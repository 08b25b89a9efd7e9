using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Limits.Rates;

/// <summary>Not too often? Stands in the path twice: where the address is known, and where the caller is.</summary>
internal sealed class RateLimitMiddleware(RequestDelegate next, RateLimitPlace place, IRefusalResponder refusals, TimeProvider clock, ILogger<RateLimitMiddleware> logger)
{
    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long? _warnedAt;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Proxied();
        if (request.Match.Rule.RateLimits is not { } limits)
        {
            return next(context);
        }

        foreach (var limiter in place == RateLimitPlace.BeforeAuthentication ? limits.BeforeAuthentication : limits.AfterAuthentication)
        {
            var verdict = limiter.Take(request);
            if (verdict.Shared)
            {
                WarnOfFullTable(request);
            }

            if (!verdict.Allowed)
            {
                request.RateLimit = RateLimitHeaders.Of(limiter.Limit.Requests, verdict.Remaining, verdict.RetryAfter, verdict.Reset);
                return refusals.WriteAsync(context, ProxyRefusals.RateLimited, $"more than {limiter.Limit.Requests} requests in {limiter.Limit.Per}, counted by {limiter.Limit.By}");
            }
        }

        return next(context);
    }

    private void WarnOfFullTable(ProxiedRequest request)
    {
        lock (_gate)
        {
            if (_warnedAt is { } earlier && clock.GetElapsedTime(earlier) < BetweenWarnings)
            {
                return;
            }

            _warnedAt = clock.GetTimestamp();
        }

        logger.RateLimitTableFull(request.Match.Rule.Rule.Id);
    }
}

/// <summary>Where in the path limits are checked.</summary>
internal enum RateLimitPlace
{
    /// <summary>By address: before anybody is asked who is calling.</summary>
    BeforeAuthentication,

    /// <summary>By who is calling.</summary>
    AfterAuthentication,
}
