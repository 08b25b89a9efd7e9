namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>Sends a browser with a session from host to host, so that each gives it a cookie.</summary>
internal sealed class Journeys(Passages passages, LoginAddresses addresses)
{
    private static readonly TimeSpan VisitLife = TimeSpan.FromMinutes(2);

    /// <summary>The next stop: a host of ours without a cookie, or where it wanted to go.</summary>
    public string Next(Journey journey)
    {
        if (journey.Origins.Count == 0)
        {
            return journey.Destination;
        }

        var origin = journey.Origins[0];
        var (ticket, _) = passages.Seal(Passages.Visit, VisitLife, new Passage(origin, "", journey with { Origins = [.. journey.Origins.Skip(1)] }));
        return $"{addresses.At(origin, "join")}?ticket={ticket}";
    }
}
