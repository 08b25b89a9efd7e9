using System.Collections.Concurrent;
using AuthProxy.Proxy.Sessions.News;

namespace AuthProxy.Proxy.Sessions.Refresh;

/// <summary>Wakes who waits for another replica's refresh when its news arrives. Where no news travel, whoever waits looks again by itself.</summary>
internal sealed class RefreshSignals(TimeProvider clock) : ISessionNewsHandler
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);

    /// <summary>Until the session's record is worth another look.</summary>
    /// <param name="sid">The session.</param>
    /// <param name="looks">How often it was looked at in vain: each wait is longer than the one before, and none is as long as another replica's.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task WaitAsync(string sid, int looks, CancellationToken cancellation)
    {
        var doubled = First * Math.Pow(2, Math.Min(looks, 10));
        var time = (doubled < Longest ? doubled : Longest) * (0.75 + (Random.Shared.NextDouble() / 2));
        var signal = _waiting.GetOrAdd(sid, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await signal.Task.WaitAsync(time, clock, cancellation);
        }
        catch (TimeoutException)
        {
            // Nobody said anything; that is no reason not to look.
        }
        finally
        {
            _waiting.TryRemove(KeyValuePair.Create(sid, signal));
        }
    }

    public void Handle(SessionNews news)
    {
        switch (news)
        {
            case SessionNews.Changed changed:
                Wake(changed.Sid);
                break;
            case SessionNews.Ended ended:
                Wake(ended.Sid);
                break;
        }
    }

    public void HandleGap()
    {
        foreach (var sid in _waiting.Keys)
        {
            Wake(sid);
        }
    }

    private void Wake(string sid)
    {
        if (_waiting.TryRemove(sid, out var signal))
        {
            signal.TrySetResult();
        }
    }
}
