using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AuthProxy.Proxy.Sessions.News;

/// <summary>One run of one process; random, so that no number is ever used twice under the same id.</summary>
internal readonly record struct PublisherId(UInt128 Value)
{
    public const int Length = 16;

    public static PublisherId New() => Read(RandomNumberGenerator.GetBytes(Length));

    public static PublisherId Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    public void WriteTo(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, Value);

    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        WriteTo(bytes);
        return bytes;
    }
}
