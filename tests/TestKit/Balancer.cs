using System.Net;
using System.Net.Sockets;

namespace AuthProxy.TestKit;

/// <summary>Passes connections of one port on to others, one after the other: what a Kubernetes Service does.</summary>
public sealed class Balancer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private volatile IReadOnlyList<int> _targets = [];
    private int _next;

    public Balancer()
    {
        Port = Loopback.FreePorts(1)[0];
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start(512);
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Ports that take connections; one that does not listen is passed over.</summary>
    public IReadOnlyList<int> Targets
    {
        get => _targets;
        set => _targets = value;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = PassAsync(await _listener.AcceptSocketAsync(_stopping.Token));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(Socket client)
    {
        using (client)
        {
            using var target = await ConnectAsync();
            if (target is null)
            {
                return;
            }

            await using var near = new NetworkStream(client);
            await using var far = new NetworkStream(target);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
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

    private async Task<Socket?> ConnectAsync()
    {
        var targets = _targets;
        for (var attempt = 0; attempt < targets.Count; attempt++)
        {
            var port = targets[(int)((uint)Interlocked.Increment(ref _next) % (uint)targets.Count)];
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, _stopping.Token);
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
