using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AuthProxy.Hosting.Configuration;

/// <summary>Sizes as Kubernetes and people write them: <c>512</c>, <c>8KiB</c>, <c>16Mi</c>, <c>100MB</c>.</summary>
public static class ByteSize
{
    private static readonly (string Unit, long Size)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30),
        ("kB", 1_000), ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1),
    ];

    public static bool TryParse(string text, out long value, [NotNullWhen(false)] out string? why)
    {
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        var number = digits < 0 ? text.AsSpan() : text.AsSpan(0, digits);
        var unit = text[number.Length..].TrimStart(' ');
        var size = unit.Length == 0 ? 1 : Units.FirstOrDefault(known => known.Unit == unit).Size;
        why = null;
        if (size > 0 && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= long.MaxValue / size)
        {
            value *= size;
            return true;
        }

        value = 0;
        why = "write a size such as 512, 8KiB or 16MiB";
        return false;
    }

    public static string Format(long value)
    {
        foreach (var (unit, size) in (ReadOnlySpan<(string, long)>)[("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10)])
        {
            if (value >= size && value % size == 0)
            {
                return (value / size).ToString(CultureInfo.InvariantCulture) + unit;
            }
        }

        return value.ToString(CultureInfo.InvariantCulture);
    }
}
