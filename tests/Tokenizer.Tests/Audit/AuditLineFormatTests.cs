using System.Security.Cryptography;
using AuthProxy.Tokenizer.Audit;
using FsCheck;
using FsCheck.Fluent;

namespace AuthProxy.Tokenizer.Tests.Audit;

public class AuditLineFormatTests
{
    private static readonly AuditLine Line = new(
        RandomNumberGenerator.GetBytes(16), 7, RandomNumberGenerator.GetBytes(32), 1_900_000_000_000, "detokenize", "grant-missing", "bank", "gateway", "key-1",
        [1, 2, 3], RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32), "ssn-read", "00-trace", 1);

    [Fact]
    public void What_is_encoded_is_read_as_it_was() => Equivalent(Line, AuditLineFormat.Decode(AuditLineFormat.Encode(Line)));

    [Fact]
    public void Any_texts_come_back_as_they_were() =>
        Prop.ForAll<NonNull<string>, NonNull<string>, NonNull<string>>((application, caller, rule) =>
        {
            var line = Line with { Application = Valid(application.Get), Caller = Valid(caller.Get), Rule = Valid(rule.Get) };
            Equivalent(line, AuditLineFormat.Decode(AuditLineFormat.Encode(line)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    // Without lengths "ban" + "kgateway" and "bank" + "gateway" would be one line.
    [Fact]
    public void What_moves_from_one_field_to_its_neighbour_makes_another_line() =>
        Prop.ForAll<byte>(at =>
        {
            var text = Line.Application + Line.Caller;
            var cut = at % (text.Length + 1);
            var moved = Line with { Application = text[..cut], Caller = text[cut..] };
            return moved.Application == Line.Application || !AuditLineFormat.Encode(moved).AsSpan().SequenceEqual(AuditLineFormat.Encode(Line));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void Bytes_that_are_read_as_a_line_are_the_ones_that_it_is_written_in() =>
        Prop.ForAll<ushort, byte>((at, value) =>
        {
            var bytes = AuditLineFormat.Encode(Line);
            bytes[at % bytes.Length] = value;
            return AuditLineFormat.Decode(bytes) is not { } line || AuditLineFormat.Encode(line).AsSpan().SequenceEqual(bytes);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void A_line_that_is_cut_or_longer_is_none()
    {
        var bytes = AuditLineFormat.Encode(Line);

        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Null(AuditLineFormat.Decode(bytes.AsSpan(0, length))));
        Assert.Null(AuditLineFormat.Decode([.. bytes, 0]));
    }

    private static string Valid(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));

    private static void Equivalent(AuditLine expected, AuditLine? actual) => Assert.Equivalent(expected, actual, strict: true);
}
