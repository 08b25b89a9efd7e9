using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Watching;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Rules;
using AuthProxy.Rules.Loading;

namespace AuthProxy.Proxy.Matching.Sources;

/// <summary>
/// A rule file, or a folder of them. A source that is gone, also by a folder that is suddenly empty (a mount that was lost), leaves its last rules; of a
/// folder single files may be taken away, with their rules. A file that is being written counts when its writer is done.
/// </summary>
internal sealed class FileFeed(RuleOrigin.Files origin, RuleSourceLimits limits, TimeProvider time, ILogger logger) : IRuleFeed
{
    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    private WatchedPath? _watch;
    private IReadOnlyList<RuleText>? _last;

    public event Action? Changed;

    public void Start()
    {
        _watch = new WatchedPath(origin.Path, time, logger, RuleTestFile.Beside, Endings);
        _watch.Changed += () => Changed?.Invoke();
    }

    public void Dispose() => _watch?.Dispose();

    public RuleFeedOutcome Read()
    {
        try
        {
            if (WatchedPath.FilesOf(origin.Path, RuleTestFile.Beside, Endings) is not { Count: > 0 } files)
            {
                return Gone();
            }

            List<RuleText> texts = [.. files.Select(file => new RuleText(file, ReadBytes(file), limits))];
            if (_last is { } last && _watch is { } watch && !texts.TrueForAll(text => watch.Saw(text.Name, text.Utf8.Span)))
            {
                // Written again since the look that told of it: the next look tells of that.
                return new RuleFeedOutcome.Texts(last);
            }

            return new RuleFeedOutcome.Texts(_last = texts);
        }
        catch (FileNotFoundException)
        {
            return Gone();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new RuleFeedOutcome.Faulty(Fault($"cannot be read: {fault.Message}"));
        }
    }

    private RuleFeedOutcome Gone() =>
        _last is { } last ? new RuleFeedOutcome.Texts(last) { Kept = Fault("is gone, or holds no rule file any more; its last rules stay in force") }
        : origin.MayBeMissing ? new RuleFeedOutcome.Missing(Fault("does not exist, or holds no rule file; its rules are taken when they appear"))
        : new RuleFeedOutcome.Faulty(Fault("does not exist, or holds no rule file"));

    private ConfigFault Fault(string message) => new(origin.Path, 0, "", $"the file or folder {message}");

    // One byte more than a rule file may have tells the reader of rules that it is too large.
    private static byte[] ReadBytes(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var bytes = new byte[(int)Math.Min(ConfigLimits.Default.MaximumBytes + 1L, Math.Max(stream.CanSeek ? stream.Length + 1 : 64 * 1024, 1024))];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes[..length];
    }
}
