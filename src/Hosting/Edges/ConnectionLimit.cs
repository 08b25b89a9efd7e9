using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AuthProxy.Hosting.Edges;

/// <summary>
/// Closes connections past the limit of one listener. Kestrel's own limit counts all listeners together: whoever fills the public one
/// would fail the probes, and with them the pod.
/// </summary>
internal sealed class ConnectionLimit(int limit)
{
    private int _open;

    public static void Use(ListenOptions listener, int limit)
    {
        var counter = new ConnectionLimit(limit);
        listener.Use(next => connection => counter.RunAsync(connection, next));
    }

    private async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (Interlocked.Increment(ref _open) > limit)
        {
            Interlocked.Decrement(ref _open);
            connection.Abort(new ConnectionAbortedException("The listener has as many connections as it may."));
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
