using System.Net;
using System.Net.Sockets;

namespace AuthProxy.TestKit;

/// <summary>Passes connections of one port on to others, one after the other: what a Kubernetes Service does.</summary>
public sealed class Balancer : Wire
{
    private volatile IReadOnlyList<int> _targets = [];
    private int _next;

    /// <summary>Ports that take connections; one that does not listen is passed over.</summary>
    public IReadOnlyList<int> Targets
    {
        get => _targets;
        set => _targets = value;
    }

    protected override async Task PassAsync(Socket client, CancellationToken stopping)
    {
        using (client)
        {
            using var target = await ConnectAsync(stopping);
            if (target is null)
            {
                return;
            }

            await using var near = new NetworkStream(client);
            await using var far = new NetworkStream(target);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            try
            {
                await Task.WhenAny(near.CopyToAsync(far, both.Token), far.CopyToAsync(near, both.Token));
            }
            finally
            {
                await both.CancelAsync();
            }
        }
    }

    private async Task<Socket?> ConnectAsync(CancellationToken stopping)
    {
        var targets = _targets;
        for (var attempt = 0; attempt < targets.Count; attempt++)
        {
            var port = targets[(int)((uint)Interlocked.Increment(ref _next) % (uint)targets.Count)];
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, stopping);
                return socket;
            }
            catch (Exception fault) when (fault is SocketException or OperationCanceledException)
            {
                socket.Dispose();
            }
        }

        return null;
    }
}
