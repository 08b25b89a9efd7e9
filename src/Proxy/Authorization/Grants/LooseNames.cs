namespace AuthProxy.Proxy.Authorization.Grants;

/// <summary>
/// Names as the most lenient upstream reads them. A check must see a field in every spelling under which the application
/// behind it would find it; looking at one too many only checks more.
/// </summary>
internal static class LooseNames
{
    /// <summary>CGI-style servers read <c>X_Token</c>, and some <c>X.Token</c>, as <c>X-Token</c>.</summary>
    public static bool HeaderEquals(ReadOnlySpan<char> received, ReadOnlySpan<char> declared) =>
        EqualsFolded(received, declared, '-', "_.");

    /// <summary>
    /// ASP.NET ignores the case of query names; PHP and Rails read <c>token[]</c> as <c>token</c>, PHP also <c>ssn.token</c> as <c>ssn_token</c>.
    /// </summary>
    public static bool QueryEquals(ReadOnlySpan<char> received, ReadOnlySpan<char> declared)
    {
        // PHP also drops leading spaces, and reads nothing behind a NUL.
        received = received.TrimStart(' ');
        var end = received.IndexOfAny('[', '\0');
        return received.Equals(declared, StringComparison.OrdinalIgnoreCase)
            || EqualsFolded(end > 0 ? received[..end] : received, declared, '_', ". ");
    }

    private static bool EqualsFolded(ReadOnlySpan<char> received, ReadOnlySpan<char> declared, char to, ReadOnlySpan<char> from)
    {
        if (received.Length != declared.Length)
        {
            return false;
        }

        for (var i = 0; i < received.Length; i++)
        {
            if (Fold(received[i], to, from) != Fold(declared[i], to, from))
            {
                return false;
            }
        }

        return true;
    }

    private static char Fold(char character, char to, ReadOnlySpan<char> from) =>
        from.Contains(character) ? to : char.ToLowerInvariant(character);
}
