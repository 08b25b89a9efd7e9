using System.Net;
using System.Net.Sockets;
using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Ends;

/// <summary>What becomes of the bytes on a <see cref="LossyWire"/>.</summary>
public enum Loss
{
    /// <summary>Everything arrives.</summary>
    None,

    /// <summary>What is asked is taken and goes nowhere: the connection stays open, and nothing is ever answered.</summary>
    Silence,

    /// <summary>What is asked is taken, and the connection cut before it goes on.</summary>
    CutBeforeItArrives,

    /// <summary>What is asked arrives, and the connection is cut in place of the answer.</summary>
    CutBeforeTheAnswer,
}

/// <summary>A wire to a server that takes what is sent and may lose it: to the sender the server is up.</summary>
internal sealed class LossyWire : Wire
{
    private volatile Loss _loss;
    private int _lost;

    /// <summary>The server's port.</summary>
    public int Target { get; set; }

    /// <summary>What happens to all that is said from now on, on connections that are open too.</summary>
    public Loss Loss
    {
        get => _loss;
        set => _loss = value;
    }

    /// <summary>How many messages were lost.</summary>
    public int Lost => Volatile.Read(ref _lost);

    protected override async Task PassAsync(Socket client, CancellationToken stopping)
    {
        using (client)
        using (var server = new Socket(SocketType.Stream, ProtocolType.Tcp))
        using (var both = CancellationTokenSource.CreateLinkedTokenSource(stopping))
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, Target, both.Token);
                await Task.WhenAny(
                    CopyAsync(client, server, Loss.CutBeforeItArrives, both.Token),
                    CopyAsync(server, client, Loss.CutBeforeTheAnswer, both.Token));
            }
            catch (SocketException)
            {
                // The server is down.
            }

            await both.CancelAsync();
        }
    }

    // Ends when either side has closed, or the wire is cut.
    private async Task CopyAsync(Socket from, Socket to, Loss cut, CancellationToken cancellation)
    {
        try
        {
            var buffer = new byte[16 * 1024];
            while (await from.ReceiveAsync(buffer, cancellation) is > 0 and var length)
            {
                if (_loss == cut || _loss == Loss.Silence)
                {
                    Interlocked.Increment(ref _lost);
                    if (_loss == cut)
                    {
                        return;
                    }

                    continue;
                }

                await to.SendAsync(buffer.AsMemory(0, length), cancellation);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException)
        {
            // Cut from the other side.
        }
    }
}
