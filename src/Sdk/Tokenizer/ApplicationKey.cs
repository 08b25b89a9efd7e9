using AuthProxy.Jose;

namespace AuthProxy.Sdk;

/// <summary>Reads the application's private key from where the options say.</summary>
internal static class ApplicationKey
{
    /// <summary>Null where there is no usable key; then <paramref name="why"/> says what is wrong, without anything of the key.</summary>
    public static SigningKey? Read(TokenizerOptions options, out string why)
    {
        why = "";
        string pem;
        try
        {
            pem = string.IsNullOrEmpty(options.KeyFile) ? options.Key! : File.ReadAllText(options.KeyFile);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            why = $"names {options.KeyFile}, which cannot be read ({fault.GetType().Name})";
            return null;
        }

        switch (SigningKey.FromPem(pem))
        {
            case SigningKeyOutcome.Loaded loaded:
                return loaded.Key;
            case SigningKeyOutcome.Faulty faulty:
                why = $"holds no usable key: {faulty.Why}";
                return null;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }
}
