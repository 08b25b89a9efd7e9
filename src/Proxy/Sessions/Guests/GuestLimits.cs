using System.Net;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Limits.Rates;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Sessions.Guests;

/// <summary>How many guests may come: from one address, so that nobody takes all places, and in all, so that nobody fills the store.</summary>
internal sealed class GuestLimits(GuestSettings settings, TimeProvider clock)
{
    private const string Use = "guests";

    private readonly BucketNames _names = new();
    private readonly BucketTable _addresses = new(settings.PerAddress, clock);

    // One bucket needs no more places than the table has in one row.
    private readonly BucketTable _process = new(settings.PerProcess, clock, places: 8);

    /// <summary>Null where one more may come; else what its client may know of when.</summary>
    public RateLimitHeaders? Refuse(IPAddress client)
    {
        // The address first: whoever is over its own limit takes nothing from the others'.
        var address = _addresses.Take(_names.OfAddress(Use, client));
        if (!address.Allowed)
        {
            return HeadersOf(settings.PerAddress.Requests, address);
        }

        var process = _process.Take(0);
        return process.Allowed ? null : HeadersOf(settings.PerProcess.Requests, process);
    }

    private static RateLimitHeaders HeadersOf(int limit, BucketVerdict verdict) => RateLimitHeaders.Of(limit, verdict.Remaining, verdict.RetryAfter, verdict.Reset);
}
