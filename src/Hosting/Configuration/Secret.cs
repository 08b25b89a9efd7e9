namespace AuthProxy.Hosting.Configuration;

/// <summary>A value that no log, fault or message may show.</summary>
public sealed class Secret
{
    private readonly string _value;

    private Secret(string value, string? file)
    {
        _value = value;
        File = file;
    }

    /// <summary>The file it was read from, which may be watched for a new value; null where it was written in place.</summary>
    public string? File { get; }

    public static Secret FromText(string value) => new(value, null);

    public static Secret FromFile(string file, string value) => new(value, file);

    /// <summary>The value as it was when the configuration was read. The name makes its uses easy to find.</summary>
    public string Reveal() => _value;

    /// <summary>The value in a file, without the one line ending that editors put behind it.</summary>
    public static bool TryReadFile(string path, out string value, out string why)
    {
        const int MaximumLength = 1024 * 1024;
        value = "";
        try
        {
            if (System.IO.File.Exists(path) && !OperatingSystem.IsWindows() && System.IO.File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherWrite))
            {
                why = "may be written by every user of the machine; take that right away";
                return false;
            }

            // Read to the limit and not by the length: a device has none, and a file may grow.
            using var file = new StreamReader(path);
            var text = new char[MaximumLength + 1];
            var length = file.ReadBlock(text);
            if (length > MaximumLength)
            {
                why = "is larger than a secret may be (1MiB)";
                return false;
            }

            value = new string(text, 0, length);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            why = fault is FileNotFoundException or DirectoryNotFoundException ? "does not exist" : "cannot be read";
            return false;
        }

        value = value.EndsWith("\r\n", StringComparison.Ordinal) ? value[..^2] : value.EndsWith('\n') ? value[..^1] : value;
        why = value.Length == 0 ? "is empty" : "";
        return value.Length > 0;
    }

    public override string ToString() => "[secret]";
}
