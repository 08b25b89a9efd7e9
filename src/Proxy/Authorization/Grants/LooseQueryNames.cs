namespace AuthProxy.Proxy.Authorization.Grants;

/// <summary>
/// Query names as the most lenient upstream reads them: ASP.NET ignores case, PHP and Rails read <c>token[]</c> as <c>token</c>,
/// PHP also <c>ssn.token</c> as <c>ssn_token</c>, without leading blanks and what stands behind a NUL.
/// </summary>
internal static class LooseQueryNames
{
    public static bool AreEqual(ReadOnlySpan<char> received, ReadOnlySpan<char> declared)
    {
        received = received.TrimStart(' ');
        var end = received.IndexOfAny('[', '\0');
        return EqualFolded(received, declared) || (end > 0 && EqualFolded(received[..end], declared));
    }

    private static bool EqualFolded(ReadOnlySpan<char> received, ReadOnlySpan<char> declared)
    {
        if (received.Length != declared.Length)
        {
            return false;
        }

        for (var i = 0; i < received.Length; i++)
        {
            if (Fold(received[i]) != Fold(declared[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static char Fold(char character) => character is '.' or ' ' ? '_' : char.ToLowerInvariant(character);
}
