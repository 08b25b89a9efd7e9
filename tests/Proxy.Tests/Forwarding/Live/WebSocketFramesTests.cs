using AuthProxy.Proxy.Forwarding.Live;

namespace AuthProxy.Proxy.Tests.Forwarding.Live;

public class WebSocketFramesTests
{
    [Theory]
    [InlineData(0, false), InlineData(1, false), InlineData(125, false), InlineData(126, false), InlineData(65_535, false), InlineData(65_536, false)]
    [InlineData(0, true), InlineData(125, true), InlineData(126, true), InlineData(65_536, true)]
    public void Frame_ends_where_its_length_says(int length, bool masked)
    {
        var frame = Frame(0x2, length, masked);
        var frames = new WebSocketFrames();

        Assert.Equal(frame.Length, frames.ReadFrame([.. frame, 0x81, 0x01]));

        Assert.True(frames.IsAtBoundary);
    }

    [Fact]
    public void Boundaries_are_the_same_however_the_bytes_are_cut()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            byte[][] sent = [.. Enumerable.Range(0, 5).Select(_ => Frame((byte)random.Next(0, 3), random.Next(0, 400), random.Next(2) == 0))];
            byte[] bytes = [.. sent.SelectMany(frame => frame)];
            var frames = new WebSocketFrames();
            var boundaries = new List<int>();
            for (var at = 0; at < bytes.Length;)
            {
                var piece = bytes.AsSpan(at, Math.Min(random.Next(1, 50), bytes.Length - at));
                at += frames.ReadFrame(piece);
                if (frames.IsAtBoundary)
                {
                    boundaries.Add(at);
                }
            }

            Assert.Equal(sent.Aggregate(new List<int> { 0 }, (sum, frame) => [.. sum, sum[^1] + frame.Length]).Skip(1), boundaries);
        }
    }

    [Fact]
    public void Half_a_header_is_no_boundary()
    {
        var frames = new WebSocketFrames();

        frames.Follow([0x82]);
        Assert.False(frames.IsAtBoundary);

        frames.Follow([0x00]);
        Assert.True(frames.IsAtBoundary);
    }

    [Theory]
    [InlineData(0x8, true), InlineData(0x1, false), InlineData(0x9, false)]
    public void Close_frame_is_noticed(byte opcode, bool isClose)
    {
        var frames = new WebSocketFrames();

        frames.Follow(Frame(opcode, 2, masked: false));

        Assert.Equal(isClose, frames.SawClose);
    }

    internal static byte[] Frame(byte opcode, int length, bool masked)
    {
        var flag = (byte)(masked ? 0x80 : 0);
        byte[] head = length switch
        {
            < 126 => [(byte)(0x80 | opcode), (byte)(flag | length)],
            < 65_536 => [(byte)(0x80 | opcode), (byte)(flag | 126), (byte)(length >> 8), (byte)length],
            _ => [(byte)(0x80 | opcode), (byte)(flag | 127), 0, 0, 0, 0, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length],
        };
        return [.. head, .. masked ? new byte[4] : [], .. Enumerable.Repeat((byte)0x88, length)];
    }
}
