using System.Security.Cryptography;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Tokens;

namespace AuthProxy.Tokenizer.Tests.Cryptography;

public class SegmentCipherTests
{
    private readonly byte[] _dataKey = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _attempt = SegmentCipher.NewAttempt();
    private readonly DataToken _token = DataToken.New();
    private readonly byte[] _plaintext = RandomNumberGenerator.GetBytes(1000);

    [Fact]
    public void A_segment_opens_as_what_it_was_sealed_as() => Assert.Equal(_plaintext, Open(Sealed(3, false), 3, false));

    [Fact]
    public void A_swapped_segment_does_not_open() => Assert.Null(Open(Sealed(3, false), 4, false));

    [Fact]
    public void A_middle_segment_does_not_open_as_the_last() => Assert.Null(Open(Sealed(3, false), 3, true));

    [Fact]
    public void The_last_segment_does_not_open_as_a_middle_one() => Assert.Null(Open(Sealed(3, true), 3, false));

    [Fact]
    public void A_segment_of_another_attempt_does_not_open() =>
        Assert.Null(Open(Sealed(3, false), 3, false, attempt: SegmentCipher.NewAttempt()));

    [Fact]
    public void A_segment_does_not_open_under_another_token_with_the_same_key() =>
        Assert.Null(Open(Sealed(3, false), 3, false, token: DataToken.New()));

    [Fact]
    public void A_segment_of_an_unknown_format_does_not_open()
    {
        var segment = Sealed(0, true);
        segment[0] = 2;

        Assert.Null(Open(segment, 0, true));
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(16), InlineData(17)]
    public void A_segment_cut_short_does_not_open(int length) => Assert.Null(Open(Sealed(0, true)[..length], 0, true));

    [Fact]
    public void A_segment_longer_than_any_is_refused() => Assert.Null(Open(new byte[SegmentCipher.PlaintextSize + SegmentCipher.Overhead + 1], 0, true));

    [Fact]
    public void The_same_content_in_two_attempts_gives_different_segments()
    {
        using var other = new SegmentCipher(_dataKey, _token, SegmentCipher.NewAttempt());
        var segment = new byte[_plaintext.Length + SegmentCipher.Overhead];
        other.Seal(0, true, _plaintext, segment);

        Assert.NotEqual(Sealed(0, true), segment);
    }

    private byte[] Sealed(uint number, bool last)
    {
        using var cipher = new SegmentCipher(_dataKey, _token, _attempt);
        var segment = new byte[_plaintext.Length + SegmentCipher.Overhead];
        cipher.Seal(number, last, _plaintext, segment);
        return segment;
    }

    private byte[]? Open(byte[] segment, uint number, bool last, DataToken? token = null, byte[]? attempt = null)
    {
        using var cipher = new SegmentCipher(_dataKey, token ?? _token, attempt ?? _attempt);
        var plaintext = new byte[SegmentCipher.PlaintextSize];
        var size = cipher.Open(number, last, segment, plaintext);
        return size < 0 ? null : plaintext[..size];
    }
}
