using System.Net;
using System.Net.Sockets;

namespace AuthProxy.TestKit;

/// <summary>A port of loopback whose connections are passed on, each by itself.</summary>
public abstract class Wire : IAsyncDisposable
{
    private const int Backlog = 512;

    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    protected Wire()
    {
        Port = Loopback.FreePorts(1)[0];
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start(Backlog);
        _accepting = AcceptAsync(_stopping.Token);
    }

    public int Port { get; }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Passes one connection on until either side has had enough, and closes it.</summary>
    protected abstract Task PassAsync(Socket client, CancellationToken stopping);

    private async Task AcceptAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                _ = PassAsync(await _listener.AcceptSocketAsync(stopping), stopping);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
