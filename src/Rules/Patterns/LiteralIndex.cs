using System.Numerics;
using System.Runtime.InteropServices;

namespace AuthProxy.Rules.Patterns;

/// <summary>Rules by a piece of literal text that each of them needs; all pieces have one length, so a URL is walked once.</summary>
internal sealed class LiteralIndex
{
    /// <summary>Longer pieces tell more rules apart; shorter ones are there where literals are short.</summary>
    private static readonly int[] Lengths = [8, 4];

    private const int BitsPerPiece = 16;

    private readonly int _length;
    private readonly Dictionary<string, UrlEntry[]> _entries;

    /// <summary>A bit for each piece: most places of most URLs are passed over without a look-up.</summary>
    private readonly ulong[] _sieve;

    private readonly int _shift;

    private LiteralIndex(int length, IEnumerable<(string Piece, UrlEntry Entry)> entries)
    {
        _length = length;
        _entries = entries.GroupBy(pair => pair.Piece, pair => pair.Entry, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        var bits = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, _entries.Count * BitsPerPiece));
        _sieve = new ulong[bits / 64];
        _shift = 64 - BitOperations.Log2((uint)bits);
        foreach (var piece in _entries.Keys)
        {
            var bit = BitOf(piece);
            _sieve[bit >> 6] |= 1UL << bit;
        }
    }

    /// <summary>Gives each rule the rarest piece that it has; those without any have to be asked always.</summary>
    public static (LiteralIndex[] Indexes, UrlEntry[] Others) Divide(IReadOnlyList<UrlEntry> entries)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var (text, length) in entries.SelectMany(PlacesOf))
        {
            for (var at = 0; at + length <= text.Length; at++)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(lookup, text.AsSpan(at, length), out _)++;
            }
        }

        var chosen = entries.Select(entry => (Piece: RarestOf(entry, lookup), Entry: entry)).ToArray();
        return (
            [.. Lengths.Select(length => (length, chosen: chosen.Where(pair => pair.Piece?.Length == length).ToArray()))
                .Where(share => share.chosen.Length > 0)
                .Select(share => new LiteralIndex(share.length, share.chosen!))],
            [.. chosen.Where(pair => pair.Piece is null).Select(pair => pair.Entry)]);
    }

    public void Answer(ref UrlQuestion question)
    {
        var url = question.Closed;
        for (var i = 0; i + _length <= url.Length; i++)
        {
            var piece = url.Slice(i, _length);
            var bit = BitOf(piece);
            if ((_sieve[bit >> 6] >> bit & 1) == 0)
            {
                continue;
            }

            // Whoever repeats a piece a thousand times shall not have its rules asked a thousand times.
            if (_entries.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(piece, out var entries) && url[..(i + _length)].IndexOf(piece, StringComparison.Ordinal) == i)
            {
                question.Ask(entries);
            }
        }
    }

    private static IEnumerable<(string Text, int Length)> PlacesOf(UrlEntry entry) =>
        from text in entry.Pattern.Literals
        from length in Lengths
        where text.Length >= length
        select (text, length);

    private static string? RarestOf(UrlEntry entry, Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> counts)
    {
        var rarest = ReadOnlySpan<char>.Empty;
        var rarity = int.MaxValue;
        foreach (var (text, length) in PlacesOf(entry))
        {
            for (var at = 0; at + length <= text.Length; at++)
            {
                var piece = text.AsSpan(at, length);
                if (counts[piece] is var count && count < rarity)
                {
                    rarest = piece;
                    rarity = count;
                }
            }
        }

        return rarity == int.MaxValue ? null : rarest.ToString();
    }

    private int BitOf(ReadOnlySpan<char> piece)
    {
        const ulong Spread = 0x9E3779B97F4A7C15;
        var bytes = MemoryMarshal.AsBytes(piece);
        var hash = MemoryMarshal.Read<ulong>(bytes) * Spread;
        if (bytes.Length > sizeof(ulong))
        {
            hash = (hash ^ (hash >> 32) ^ MemoryMarshal.Read<ulong>(bytes[sizeof(ulong)..])) * Spread;
        }

        return (int)(hash >> _shift);
    }
}
