using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Hosting.Tests.Configuration;

public class GoDurationTests
{
    [Theory]
    [InlineData("0", 0), InlineData("500ms", 500), InlineData("30s", 30_000), InlineData("1.5h", 5_400_000), InlineData("2h45m", 9_900_000)]
    [InlineData("-1m", -60_000), InlineData("+1m", 60_000), InlineData("1000us", 1), InlineData("1000µs", 1), InlineData("1000000ns", 1), InlineData("1.s", 1000), InlineData(".5s", 500)]
    public void Durations_are_read_as_go_reads_them(string text, double milliseconds)
    {
        Assert.True(GoDuration.TryParse(text, out var value, out _));
        Assert.Equal(milliseconds, value.TotalMilliseconds);
    }

    [Theory]
    [InlineData(""), InlineData("5"), InlineData("5 s"), InlineData("s"), InlineData("1d"), InlineData("1h1"), InlineData("1..5s"), InlineData("--1s"), InlineData("-"), InlineData(".s"), InlineData("9999999999h"), InlineData("1S")]
    public void Anything_else_is_refused_with_the_reason(string text)
    {
        Assert.False(GoDuration.TryParse(text, out _, out var why));
        Assert.NotEmpty(why);
    }

    [Theory]
    [InlineData("1h30m"), InlineData("30s"), InlineData("500ms"), InlineData("1m0.5s"), InlineData("-2h"), InlineData("0s"), InlineData("1h1s")]
    public void Format_is_read_back_as_the_same(string text)
    {
        Assert.True(GoDuration.TryParse(text, out var value, out _));
        Assert.True(GoDuration.TryParse(GoDuration.Format(value), out var again, out _), GoDuration.Format(value));
        Assert.Equal(value, again);
    }

    [Theory]
    [InlineData("512", 512), InlineData("8KiB", 8192), InlineData("16Mi", 16 << 20), InlineData("1MB", 1_000_000), InlineData("1 GiB", 1 << 30)]
    public void Sizes_are_read(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var value, out _));
        Assert.Equal(bytes, value);
    }

    [Theory]
    [InlineData(""), InlineData("-1"), InlineData("1.5MiB"), InlineData("1XB"), InlineData("99999999999GiB"), InlineData("MiB")]
    public void Odd_sizes_are_refused(string text) => Assert.False(ByteSize.TryParse(text, out _, out _));
}
