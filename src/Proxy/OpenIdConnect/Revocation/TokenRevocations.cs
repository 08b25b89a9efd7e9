using System.Collections.Frozen;
using System.Threading.Channels;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Ends;

namespace AuthProxy.Proxy.OpenIdConnect.Revocation;

/// <summary>
/// Revokes the refresh tokens of sessions that have ended, behind the requests that ended them: a few at once at each provider, and what does not
/// fit into its queue is let go. A token that is not revoked is known to nobody any more, and ends by the provider's own limits.
/// </summary>
internal sealed class TokenRevocations(OidcProviders providers, RevocationMetrics metrics, ILogger<TokenRevocations> log) : BackgroundService, ITokenRevoker
{
    /// <summary>How many tokens wait for one provider at most.</summary>
    public const int MostWaiting = 1000;

    private const int AtOnce = 2;

    private readonly FrozenDictionary<string, Channel<Waiting>> _queues = providers.All
        .Where(provider => provider.Settings.RevokeTokens)
        .ToFrozenDictionary(provider => provider.Name, _ => Channel.CreateBounded<Waiting>(MostWaiting), StringComparer.Ordinal);

    public void Revoke(Session ended)
    {
        if (ended.Tokens.RefreshToken is not { } token || !_queues.TryGetValue(ended.Provider, out var queue) || !providers.Find(ended.Provider)!.VouchesFor(ended))
        {
            return;
        }

        if (!queue.Writer.TryWrite(new Waiting(ended.Sid, token)))
        {
            metrics.Finished("dropped");
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_queues.SelectMany(queue => Enumerable.Range(0, AtOnce).Select(_ => WorkAsync(providers.Find(queue.Key)!, queue.Value.Reader, stoppingToken))));

    private async Task WorkAsync(OidcProvider provider, ChannelReader<Waiting> queue, CancellationToken stopping)
    {
        try
        {
            await foreach (var (sid, token) in queue.ReadAllAsync(stopping))
            {
                await RevokeAsync(provider, sid, token, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task RevokeAsync(OidcProvider provider, string sid, string token, CancellationToken stopping)
    {
        try
        {
            var (word, why) = await provider.Revocation.RevokeAsync(token, stopping) switch
            {
                RevocationOutcome.Revoked => ("revoked", null),
                RevocationOutcome.NotOffered => ("not_offered", null),
                RevocationOutcome.Refused refused => ("refused", refused.Why),
                RevocationOutcome.Unavailable unavailable => ("unavailable", unavailable.Why),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
            metrics.Finished(word);
            if (why is not null)
            {
                log.TokenNotRevoked(provider.Name, sid, why);
            }
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            // The tokens behind it are still to be revoked.
            metrics.Finished("failed");
            log.RevocationFailed(provider.Name, sid, fault);
        }
    }

    private readonly record struct Waiting(string Sid, string Token)
    {
        public override string ToString() => Sid;
    }
}
