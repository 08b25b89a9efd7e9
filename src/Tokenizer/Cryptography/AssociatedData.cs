using System.Buffers.Binary;
using System.Text;

namespace AuthProxy.Tokenizer.Cryptography;

/// <summary>
/// What a ciphertext is bound to. Every field is written with its length, so that no two different lists of fields give the same bytes.
/// </summary>
internal static class AssociatedData
{
    public static byte[] Of(string label, params ReadOnlySpan<byte[]> fields)
    {
        var size = sizeof(int) + Encoding.ASCII.GetByteCount(label);
        foreach (var field in fields)
        {
            size += sizeof(int) + field.Length;
        }

        var bytes = new byte[size];
        var rest = Append(bytes, Encoding.ASCII.GetBytes(label));
        foreach (var field in fields)
        {
            rest = Append(rest, field);
        }

        return bytes;
    }

    /// <summary>The fields behind the label, taken apart again; null where the bytes are no such list.</summary>
    public static byte[][]? Read(ReadOnlySpan<byte> bytes, string label, int count)
    {
        if (Next(ref bytes) is not { } first || !first.AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(label)))
        {
            return null;
        }

        var fields = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            if (Next(ref bytes) is not { } field)
            {
                return null;
            }

            fields[i] = field;
        }

        return bytes.IsEmpty ? fields : null;
    }

    public static byte[] Number(long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    private static byte[]? Next(ref ReadOnlySpan<byte> rest)
    {
        if (!BinaryPrimitives.TryReadInt32BigEndian(rest, out var length) || length < 0 || length > rest.Length - sizeof(int))
        {
            return null;
        }

        var field = rest.Slice(sizeof(int), length).ToArray();
        rest = rest[(sizeof(int) + length)..];
        return field;
    }

    private static Span<byte> Append(Span<byte> target, ReadOnlySpan<byte> field)
    {
        BinaryPrimitives.WriteInt32BigEndian(target, field.Length);
        field.CopyTo(target[sizeof(int)..]);
        return target[(sizeof(int) + field.Length)..];
    }
}
