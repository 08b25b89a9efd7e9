using System.Buffers.Binary;
using System.Text;
using AuthProxy.Tokenizer.Cryptography;

namespace AuthProxy.Tokenizer.Audit;

/// <summary>
/// A line as bytes: the label <c>audit line 1</c> and the fields in the order of <see cref="AuditLine"/>, each with its length before it (4 bytes,
/// big-endian), numbers in 8 bytes. Every line has one form and every form is one line, so nothing can move from one field into its neighbour.
/// </summary>
internal static class AuditLineFormat
{
    private const string Label = "audit line 1";
    private const int Fields = 15;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static byte[] Encode(AuditLine line) => AssociatedData.Of(
        Label,
        line.Chain,
        AssociatedData.Number(line.Sequence),
        line.Previous,
        AssociatedData.Number(line.Time),
        Bytes(line.Action),
        Bytes(line.Refusal),
        Bytes(line.Application),
        Bytes(line.Caller),
        Bytes(line.KeyId),
        line.Actor,
        line.Session,
        line.Token,
        Bytes(line.Rule),
        Bytes(line.TraceId),
        AssociatedData.Number(line.Count));

    /// <returns>Null where the bytes are not those of a line.</returns>
    public static AuditLine? Decode(ReadOnlySpan<byte> encoded)
    {
        if (AssociatedData.Read(encoded, Label, Fields) is not
            [{ Length: AuditLine.IdSize } chain, { Length: sizeof(long) } sequence, { Length: AuditLine.HashSize } previous, { Length: sizeof(long) } time,
             var action, var refusal, var application, var caller, var keyId, var actor, var session, var token, var rule, var traceId,
            { Length: sizeof(long) } count])
        {
            return null;
        }

        try
        {
            return new AuditLine(
                chain, Number(sequence), previous, Number(time), Text(action), Text(refusal), Text(application), Text(caller), Text(keyId), actor,
                session, token, Text(rule), Text(traceId), Number(count));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[] bytes) => StrictUtf8.GetString(bytes);

    private static long Number(byte[] bytes) => BinaryPrimitives.ReadInt64BigEndian(bytes);
}
