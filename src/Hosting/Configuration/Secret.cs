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
        value = "";
        try
        {
            if (System.IO.File.Exists(path) && !OperatingSystem.IsWindows() && System.IO.File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherWrite))
            {
                why = "may be written by every user of the machine; take that right away";
                return false;
            }

            value = SmallFile.ReadText(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            why = fault switch
            {
                FileTooLargeException => FileTooLargeException.Why,
                FileNotFoundException or DirectoryNotFoundException => "does not exist",
                _ => "cannot be read",
            };
            return false;
        }

        value = value.EndsWith("\r\n", StringComparison.Ordinal) ? value[..^2] : value.EndsWith('\n') ? value[..^1] : value;
        why = value.Length == 0 ? "is empty" : "";
        return value.Length > 0;
    }

    public override string ToString() => "[secret]";
}
