using System.Text;

namespace AuthProxy.Hosting.Configuration;

/// <summary>Text to nodes. Whatever the text holds, the answer is nodes or faults, never an exception.</summary>
public static class ConfigReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The roots of all documents in a file (<c>---</c> separates them); empty where nothing could be read.</summary>
    public static IReadOnlyList<ConfigNode> ReadFile(string path, ConfigFaults faults, ConfigLimits? limits = null)
    {
        limits ??= ConfigLimits.Default;
        try
        {
            // Never more than the limit, whatever the file claims or grows to be (a device, a log).
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[(int)Math.Min(limits.MaximumBytes + 1L, Math.Max(stream.CanSeek ? stream.Length + 1 : 64 * 1024, 1024))];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return ReadBytes(bytes.AsSpan(0, length), path, faults, limits);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            faults.Add(new ConfigFault(path, 0, "", "the file does not exist"));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            faults.Add(new ConfigFault(path, 0, "", $"the file cannot be read: {fault.Message}"));
        }

        return [];
    }

    public static IReadOnlyList<ConfigNode> ReadBytes(ReadOnlySpan<byte> utf8, string file, ConfigFaults faults, ConfigLimits? limits = null)
    {
        limits ??= ConfigLimits.Default;
        if (utf8.Length > limits.MaximumBytes)
        {
            faults.Add(new ConfigFault(file, 0, "", $"the file is larger than {ByteSize.Format(limits.MaximumBytes)}"));
            return [];
        }

        if (utf8.StartsWith(Encoding.UTF8.Preamble))
        {
            utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        }

        try
        {
            return ReadText(StrictUtf8.GetString(utf8), file, faults, limits);
        }
        catch (DecoderFallbackException fault)
        {
            var line = 1 + utf8[..Math.Clamp(fault.Index, 0, utf8.Length)].Count((byte)'\n');
            faults.Add(new ConfigFault(file, line, "", "the file is not UTF-8 text"));
            return [];
        }
    }

    public static IReadOnlyList<ConfigNode> ReadText(string text, string file, ConfigFaults faults, ConfigLimits? limits = null)
    {
        // The parser takes a NUL for the end of the text: what stands behind it would silently not count.
        if (text.IndexOf('\0', StringComparison.Ordinal) is var nul and >= 0)
        {
            faults.Add(new ConfigFault(file, 1 + text.AsSpan(0, nul).Count('\n'), "", "the file holds a NUL character"));
            return [];
        }

        return new YamlNodes(text, file, "", fromEnvironment: false, faults, limits ?? ConfigLimits.Default).ReadDocuments();
    }

    /// <summary>A single value from the environment, read as the flow YAML that it then has to be (<c>[a, b]</c>, <c>{a: 1}</c>).</summary>
    internal static ConfigNode? ReadFlow(ConfigScalar scalar, ConfigFaults faults)
    {
        if (scalar.Text.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var before = faults.Count;
        var roots = new YamlNodes(scalar.Text, scalar.File, scalar.Key, fromEnvironment: true, faults, ConfigLimits.Default).ReadDocuments();
        return faults.Count == before && roots.Count == 1 ? roots[0] : null;
    }
}
