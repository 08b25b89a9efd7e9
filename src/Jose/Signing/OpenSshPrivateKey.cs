using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using AuthProxy.Jose.Keys;

namespace AuthProxy.Jose.Signing;

/// <summary>Reads an unencrypted private key as ssh-keygen writes it: format <c>openssh-key-v1</c> (OpenSSH's PROTOCOL.key), types <c>ssh-rsa</c> and <c>ecdsa-sha2-nistp256</c>.</summary>
internal ref struct OpenSshPrivateKey
{
    private static ReadOnlySpan<byte> Magic => "openssh-key-v1\0"u8;

    private ReadOnlySpan<byte> _left;

    private OpenSshPrivateKey(ReadOnlySpan<byte> bytes) => _left = bytes;

    /// <summary>The key's numbers, RSA or EC; or what is wrong with the file.</summary>
    /// <exception cref="CryptographicException">The file ends too early, or its numbers are out of bounds.</exception>
    public static string? Read(ReadOnlySpan<byte> file, out RSAParameters? rsa, out ECParameters? ec)
    {
        (rsa, ec) = (null, null);
        if (!file.StartsWith(Magic))
        {
            return "the OpenSSH key is of another version";
        }

        var outer = new OpenSshPrivateKey(file[Magic.Length..]);
        if (!outer.Text().SequenceEqual("none"u8))
        {
            return "the OpenSSH key is encrypted; take its passphrase off (ssh-keygen -p)";
        }

        // Name and options of the key derivation, which "none" does not use.
        _ = outer.Text();
        _ = outer.Text();
        if (outer.Number() != 1)
        {
            return "the OpenSSH file holds more than one key";
        }

        _ = outer.Text();
        var inner = new OpenSshPrivateKey(outer.Text());
        if (inner.Number() != inner.Number())
        {
            return "the OpenSSH key is damaged";
        }

        switch (Encoding.ASCII.GetString(inner.Text()))
        {
            case "ssh-rsa":
                rsa = inner.Rsa();
                return null;
            case "ecdsa-sha2-nistp256":
                ec = inner.Ec();
                return null;
            default:
                return "the OpenSSH key is neither RSA nor ECDSA on P-256";
        }
    }

    private RSAParameters Rsa()
    {
        var (n, e, d, iqmp, p, q) = (Integer(), Integer(), Integer(), Integer(), Integer(), Integer());
        if (p <= BigInteger.One || q <= BigInteger.One || n <= BigInteger.One)
        {
            throw new CryptographicException("the primes are out of bounds");
        }

        var bytes = n.GetByteCount(isUnsigned: true);
        var half = (bytes + 1) / 2;
        return new RSAParameters
        {
            Modulus = Bytes(n, bytes),
            Exponent = Bytes(e, e.GetByteCount(isUnsigned: true)),
            D = Bytes(d, bytes),
            P = Bytes(p, half),
            Q = Bytes(q, half),
            DP = Bytes(d % (p - 1), half),
            DQ = Bytes(d % (q - 1), half),
            InverseQ = Bytes(iqmp, half),
        };
    }

    private ECParameters Ec()
    {
        _ = Text();
        var point = Text();
        var size = EcCurve.P256.CoordinateBytes;
        if (point.Length != 1 + (2 * size) || point[0] != 4)
        {
            throw new CryptographicException("the point is not uncompressed on P-256");
        }

        return new ECParameters
        {
            Curve = EcCurve.P256.Curve,
            Q = new ECPoint { X = point[1..(1 + size)].ToArray(), Y = point[(1 + size)..].ToArray() },
            D = Bytes(Integer(), size),
        };
    }

    private uint Number() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    private ReadOnlySpan<byte> Text() => Take(Number());

    /// <summary>An integer that must not be negative (RFC 4251, section 5: <c>mpint</c>).</summary>
    private BigInteger Integer() => new BigInteger(Text(), isBigEndian: true) is { Sign: >= 0 } number
        ? number
        : throw new CryptographicException("a number is negative");

    private ReadOnlySpan<byte> Take(uint count)
    {
        if (count > _left.Length)
        {
            throw new CryptographicException("the key ends too early");
        }

        var taken = _left[..(int)count];
        _left = _left[(int)count..];
        return taken;
    }

    private static byte[] Bytes(BigInteger number, int size)
    {
        var bytes = new byte[size];
        var needed = number.GetByteCount(isUnsigned: true);
        return needed <= size && number.TryWriteBytes(bytes.AsSpan(size - needed), out _, isUnsigned: true, isBigEndian: true)
            ? bytes
            : throw new CryptographicException("a number is longer than the key");
    }
}
