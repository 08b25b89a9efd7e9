using System.Security.Cryptography;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Cryptography;

/// <summary>Why these master keys are not this database's, in one sentence that says what would be right.</summary>
internal static class MasterKeyFaults
{
    /// <returns>Null where they are.</returns>
    public static string? Of(StoredKeys stored, MasterKeys given)
    {
        foreach (var registered in stored.MasterKeys)
        {
            if (given.TryGet(registered.Version, out var key))
            {
                if (!CryptographicOperations.FixedTimeEquals(key.CheckValue(), registered.Check))
                {
                    return $"master key version {registered.Version} is not the key that the database was written under: "
                        + $"give the one whose check is {Short(registered.Check)}; the check of the given one is {Short(key.CheckValue())}";
                }
            }
            else if (registered.RetiredAt is null)
            {
                return $"the database was written under master key version {registered.Version}, which was not given: give it again, with the others; "
                    + "a version may be destroyed once 'tokenizer keys status' says so, after 'tokenizer keys rotate'";
            }
        }

        return null;
    }

    /// <summary>Enough of a check value to tell keys apart; it says nothing about the key.</summary>
    public static string Short(byte[] check) => Convert.ToHexStringLower(check.AsSpan(0, 4));
}
