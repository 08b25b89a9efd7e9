namespace AuthProxy.Rules;

/// <summary>Finds what some server behind us may take for <c>.</c> or <c>..</c>.</summary>
internal static class DotSegments
{
    /// <summary>More layers of encoding than any chain of honest servers adds.</summary>
    private const int MaximumLayers = 8;

    /// <summary>Whether a segment, decoded once already, is or hides a dot segment.</summary>
    public static bool Reveals(ReadOnlySpan<char> segment)
    {
        if (segment.IndexOfAny('.', '%') < 0)
        {
            return false;
        }

        if (HoldsDots(segment))
        {
            return true;
        }

        return segment.Contains('%') && RevealsWhenDecodedAgain(segment.ToString());
    }

    // "%252e%252e" is harmless to us and ".." to an upstream that decodes twice.
    private static bool RevealsWhenDecodedAgain(string segment)
    {
        for (var layer = 0; layer < MaximumLayers; layer++)
        {
            var decoded = Uri.UnescapeDataString(segment);
            if (HoldsDots(decoded))
            {
                return true;
            }

            if (decoded == segment)
            {
                return false;
            }

            segment = decoded;
        }

        return true;
    }

    private static bool HoldsDots(ReadOnlySpan<char> segment)
    {
        while (true)
        {
            var end = segment.IndexOfAny('/', '\\', CanonicalTarget.EncodedSlash);
            var piece = end < 0 ? segment : segment[..end];

            // Servlet containers cut path parameters off first: to them "..;x" is "..".
            var parameters = piece.IndexOf(';');
            if ((parameters < 0 ? piece : piece[..parameters]) is "." or "..")
            {
                return true;
            }

            if (end < 0)
            {
                return false;
            }

            segment = segment[(end + 1)..];
        }
    }
}
