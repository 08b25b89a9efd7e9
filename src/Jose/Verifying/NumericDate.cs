using System.Text.Json;

namespace AuthProxy.Jose.Verifying;

/// <summary>Seconds since 1970, possibly with a fraction (RFC 7519, 2). A text is none, nor is a time that no calendar has.</summary>
public static class NumericDate
{
    // The last second of the year 9999.
    private const double Maximum = 253402300799;

    /// <summary>Reads one; false when it is none.</summary>
    /// <param name="value">The claim's value.</param>
    /// <param name="time">The time.</param>
    public static bool TryRead(JsonElement value, out DateTimeOffset time)
    {
        time = default;

        // "Not in range" instead of "below or above": the comparison is false for what is no number too.
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds) || !(seconds is >= 0 and <= Maximum))
        {
            return false;
        }

        time = DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
        return true;
    }
}
