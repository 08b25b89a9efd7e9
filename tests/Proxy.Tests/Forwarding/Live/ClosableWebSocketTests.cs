using AuthProxy.Proxy.Forwarding.Live;
using static AuthProxy.Proxy.Tests.Forwarding.Live.WebSocketFramesTests;

namespace AuthProxy.Proxy.Tests.Forwarding.Live;

public sealed class ClosableWebSocketTests : IDisposable
{
    private readonly ClientSide _client = new();
    private readonly CancellationTokenSource _limit = new();
    private readonly ClosableWebSocket _socket;

    public ClosableWebSocketTests() => _socket = new ClosableWebSocket(_client);

    public void Dispose()
    {
        _limit.Dispose();
        _socket.Dispose();
        _client.Dispose();
    }

    [Fact]
    public async Task Close_frame_1008_follows_the_last_whole_frame()
    {
        var frame = Frame(0x1, 300, masked: false);
        await _socket.WriteAsync(frame);

        Assert.True(await _socket.SayAsync(_limit.Token));

        Assert.Equal(frame, _client.Written.Take(frame.Length));
        AssertIsClose(_client.Written[frame.Length..]);
    }

    [Fact]
    public async Task Frame_that_has_begun_is_finished_before_the_close_frame_and_nothing_comes_behind_it()
    {
        var (first, second) = (Frame(0x2, 1000, masked: false), Frame(0x1, 10, masked: false));
        await _socket.WriteAsync(first.AsMemory(0, 400));
        var said = _socket.SayAsync(_limit.Token);
        Assert.False(said.IsCompleted);
        Assert.Equal(400, _client.Written.Length);

        await _socket.WriteAsync(first.AsMemory(400, 100));
        await _socket.WriteAsync(new byte[][] { first[500..], second }.SelectMany(bytes => bytes).ToArray());
        await _socket.WriteAsync(second);

        Assert.True(await said);
        Assert.Equal(first, _client.Written.Take(first.Length));
        AssertIsClose(_client.Written[first.Length..]);
    }

    [Fact]
    public async Task Frame_that_is_never_finished_is_given_up()
    {
        await _socket.WriteAsync(Frame(0x2, 1000, masked: false).AsMemory(0, 400));
        var said = _socket.SayAsync(_limit.Token);

        await _limit.CancelAsync();

        Assert.False(await said);
        Assert.Equal(400, _client.Written.Length);
    }

    [Fact]
    public async Task Client_that_reads_nothing_is_given_up()
    {
        _client.Stalled = new TaskCompletionSource();
        var stuck = _socket.WriteAsync(Frame(0x1, 10, masked: false)).AsTask();
        var said = _socket.SayAsync(_limit.Token);

        await _limit.CancelAsync();

        Assert.False(await said);
        _client.Stalled.SetResult();
        await stuck;
    }

    [Fact]
    public async Task Upstream_that_has_said_goodbye_gets_no_second_close_frame()
    {
        var close = Frame(0x8, 2, masked: false);
        await _socket.WriteAsync(close);

        Assert.True(await _socket.SayAsync(_limit.Token));

        Assert.Equal(close, _client.Written);
    }

    [Fact]
    public async Task What_the_client_sends_after_the_end_reaches_nobody()
    {
        await _client.SendsAsync(Frame(0x1, 10, masked: true));
        Assert.Equal(16, await _socket.ReadAsync(new byte[100]));
        await _socket.SayAsync(_limit.Token);

        await _client.SendsAsync(Frame(0x1, 10, masked: true));
        _client.SendsNoMore();

        Assert.Equal(0, await _socket.ReadAsync(new byte[100]));
    }

    [Fact]
    public async Task Connection_stays_until_the_client_has_answered_the_close_frame()
    {
        await _socket.SayAsync(_limit.Token);
        var lingering = _socket.LingerAsync(_limit.Token);
        await _client.SendsAsync(Frame(0x1, 500, masked: true));
        Assert.False(lingering.IsCompleted);

        await _client.SendsAsync(Frame(0x8, 2, masked: true));

        await lingering.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Client_that_does_not_answer_is_waited_for_no_longer_than_a_moment()
    {
        await _socket.SayAsync(_limit.Token);
        var lingering = _socket.LingerAsync(_limit.Token);

        await _limit.CancelAsync();

        await lingering.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static void AssertIsClose(byte[] bytes)
    {
        Assert.Equal(0x88, bytes[0]);
        Assert.Equal(bytes.Length - 2, bytes[1]);
        Assert.Equal(1008, (bytes[2] << 8) | bytes[3]);
        Assert.Equal("the session ended", System.Text.Encoding.ASCII.GetString(bytes[4..]));
    }

    /// <summary>The client as the Proxy sees it: keeps what it is sent, sends what it is told to.</summary>
    private sealed class ClientSide : Stream
    {
        private readonly System.IO.Pipelines.Pipe _sent = new();
        private readonly MemoryStream _written = new();

        public byte[] Written => _written.ToArray();

        public TaskCompletionSource? Stalled { get; set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public async Task SendsAsync(byte[] bytes) => await _sent.Writer.WriteAsync(bytes);

        public void SendsNoMore() => _sent.Writer.Complete();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await _sent.Reader.AsStream(leaveOpen: true).ReadAsync(buffer, cancellationToken);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await (Stalled?.Task ?? Task.CompletedTask);
            await _written.WriteAsync(buffer, cancellationToken);
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
