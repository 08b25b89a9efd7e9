using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace AuthProxy.Rules;

/// <summary>The path of a target: decoded once, and refused or cleaned where two readers could see two paths.</summary>
/// <param name="Path">As it goes upstream.</param>
/// <param name="MatchPath">Decoded, an encoded slash as <see cref="CanonicalTarget.EncodedSlash"/>.</param>
/// <param name="Fault">Set instead of both where the path is refused.</param>
internal readonly record struct TargetPath(string Path, string MatchPath, TargetOutcome.Malformed? Fault)
{
    public static TargetPath Read(string path, TargetOptions options)
    {
        if (path.Contains('\\'))
        {
            return Refuse(TargetFault.Backslash, "the path holds a backslash");
        }

        var decoded = path;
        if (path.Contains('%') && Decode(path, options.AllowEncodedSlash, out decoded) is { } fault)
        {
            return new TargetPath("", "", fault);
        }

        return options.OathkeeperCleaning ? Clean(path, decoded) : Check(path, decoded);
    }

    private static TargetPath Check(string path, string decoded)
    {
        var rest = decoded.AsSpan(1);
        while (rest.Length > 0)
        {
            var slash = rest.IndexOf('/');
            var segment = slash < 0 ? rest : rest[..slash];
            if (segment.IsEmpty)
            {
                return Refuse(TargetFault.EmptySegment, "the path holds two slashes in a row");
            }

            if (DotSegments.Reveals(segment))
            {
                return Refuse(TargetFault.DotSegment, "the path holds a dot segment");
            }

            rest = slash < 0 ? [] : rest[(slash + 1)..];
        }

        return new TargetPath(path, decoded, null);
    }

    /// <summary>Go's <c>path.Clean</c>, segment by segment, so that what stays keeps the encoding it came with.</summary>
    private static TargetPath Clean(string path, string decoded)
    {
        var raw = path.Split('/');
        var kept = new List<(string Raw, string Decoded)>(raw.Length);
        foreach (var (index, segment) in decoded.Split('/').Index())
        {
            if (segment is "" or ".")
            {
                continue;
            }

            if (segment is "..")
            {
                kept.RemoveRange(Math.Max(0, kept.Count - 1), Math.Min(1, kept.Count));
                continue;
            }

            if (DotSegments.Reveals(segment))
            {
                return Refuse(TargetFault.DotSegment, "the path holds a hidden dot segment");
            }

            kept.Add((raw[index], segment));
        }

        return new TargetPath(
            "/" + string.Join('/', kept.Select(segment => segment.Raw)),
            "/" + string.Join('/', kept.Select(segment => segment.Decoded)),
            null);
    }

    private static TargetOutcome.Malformed? Decode(string path, bool allowEncodedSlash, out string decoded)
    {
        decoded = "";
        var buffer = ArrayPool<byte>.Shared.Rent(path.Length);
        try
        {
            var fault = DecodeBytes(path, allowEncodedSlash, buffer, out var length);
            if (fault is not null)
            {
                return fault;
            }

            // Overlong forms and surrogates are invalid here, so "/" and "." have no second spelling.
            if (!Utf8.IsValid(buffer.AsSpan(0, length)))
            {
                return new(TargetFault.NotUtf8, "the path's escapes are no UTF-8");
            }

            decoded = Encoding.UTF8.GetString(buffer, 0, length);
            return decoded.AsSpan().ContainsAnyInRange('\x80', '\x9f')
                ? new(TargetFault.ControlCharacter, "the path holds an encoded control character")
                : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static TargetOutcome.Malformed? DecodeBytes(string path, bool allowEncodedSlash, byte[] buffer, out int length)
    {
        length = 0;
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] != '%')
            {
                buffer[length++] = (byte)path[i];
                continue;
            }

            if (i + 2 >= path.Length || !char.IsAsciiHexDigit(path[i + 1]) || !char.IsAsciiHexDigit(path[i + 2]))
            {
                return new(TargetFault.InvalidEscape, "the path holds an invalid percent-encoding");
            }

            var value = (byte)((HexValue(path[i + 1]) << 4) | HexValue(path[i + 2]));
            i += 2;
            switch (value)
            {
                case < 0x20 or 0x7f:
                    return new(TargetFault.ControlCharacter, "the path holds an encoded control character");
                case (byte)'\\':
                    return new(TargetFault.Backslash, "the path holds an encoded backslash");
                case (byte)'/' when !allowEncodedSlash:
                    return new(TargetFault.EncodedSlash, "the path holds an encoded slash");
                default:
                    buffer[length++] = value == '/' ? (byte)CanonicalTarget.EncodedSlash : value;
                    break;
            }
        }

        return null;
    }

    private static int HexValue(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static TargetPath Refuse(TargetFault fault, string why) => new("", "", new TargetOutcome.Malformed(fault, why));
}
