using System.Security.Cryptography;

namespace AuthProxy.Proxy.Errors;

/// <summary>What a person reads out on the telephone so that an operator finds the one line about this refusal.</summary>
internal static class SupportCode
{
    // Crockford's alphabet: nothing that could be misheard or misread (no I, L, O, U).
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string Create()
    {
        Span<char> code = stackalloc char[9];
        RandomNumberGenerator.GetItems(Alphabet, code);
        code[4] = '-';
        return code.ToString();
    }
}
