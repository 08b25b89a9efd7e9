namespace AuthProxy.Proxy.Remotes;

/// <summary>Asks services that rules name; the one way out for handlers, so that a rehearsal of rules can stand in for all of them.</summary>
internal interface IRemoteCaller
{
    /// <summary>Asks, within the policy's time and size.</summary>
    /// <param name="request">The question.</param>
    /// <param name="policy">How long and how often.</param>
    /// <param name="cancellation">Whoever waits has gone.</param>
    ValueTask<RemoteOutcome> AskAsync(RemoteRequest request, RemotePolicy policy, CancellationToken cancellation);
}
