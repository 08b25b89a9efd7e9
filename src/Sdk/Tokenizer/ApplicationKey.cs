using System.Text;
using AuthProxy.Jose;

namespace AuthProxy.Sdk;

/// <summary>Reads the application's private key from where the options say, else from LunaDefend's environment variable.</summary>
internal static class ApplicationKey
{
    /// <summary>LunaDefend's name: the key as PEM, in base64 because variables do not like line ends.</summary>
    public const string Variable = "LUNASEC_SIGNING_KEY";

    private const int LongestFile = 65536;

    /// <summary>Null where there is no usable key; then <paramref name="why"/> says what is wrong, without anything of the key.</summary>
    public static SigningKey? Read(TokenizerOptions options, out string why)
    {
        if (PemOf(options, out why) is not { } pem)
        {
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

    private static string? PemOf(TokenizerOptions options, out string why)
    {
        why = "";
        if (!string.IsNullOrEmpty(options.Key))
        {
            return options.Key;
        }

        if (!string.IsNullOrEmpty(options.KeyFile))
        {
            return ReadFile(options.KeyFile, out why);
        }

        if (options.ReadVariable(Variable) is not { Length: > 0 } encoded)
        {
            why = $"is missing, and so is the environment variable {Variable}";
            return null;
        }

        try
        {
            return Encoding.ASCII.GetString(Convert.FromBase64String(encoded));
        }
        catch (FormatException)
        {
            why = $"is missing, and the environment variable {Variable} is no base64 of a PEM";
            return null;
        }
    }

    private static string? ReadFile(string path, out string why)
    {
        why = "";
        try
        {
            // To the limit, and not by its length: a device has none.
            using var file = new StreamReader(path);
            var text = new char[LongestFile + 1];
            var length = file.ReadBlock(text);
            if (length <= LongestFile)
            {
                return new string(text, 0, length);
            }

            why = $"names {path}, which is longer than {LongestFile} characters and no key";
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            why = $"names {path}, which cannot be read ({fault.GetType().Name})";
            return null;
        }
    }
}
