using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.Decisions;

/// <summary>Everybody who may ask for decisions. Whoever is not among them may state what they like: it means nothing.</summary>
internal sealed class Callers : IDisposable
{
    private readonly Caller[] _callers;

    public Callers(DecisionSettings settings, TimeProvider time, ILogger<Callers> log) =>
        _callers = [.. settings.Callers.Select(caller => new Caller(caller, caller.Key is { } key ? new CallerKey(key, time, log) : null))];

    /// <summary>The first caller, in the order of the configuration, for which the peer has proved everything; null for a stranger.</summary>
    public Caller? Find(HttpContext context)
    {
        var shown = context.Request.Headers[CallerKey.Header];
        var peer = new Peer(
            context.Connection.RemoteIpAddress,
            shown.Count > 0,
            CallerKey.DigestOf(shown),
            CertificateNames.Of(context.Connection.ClientCertificate));
        return Array.Find(_callers, caller => caller.Is(peer));
    }

    public void Dispose()
    {
        foreach (var caller in _callers)
        {
            caller.Dispose();
        }
    }
}
