using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.Errors.Pages;

/// <summary>The operator's templates as of now: a change counts within a second or so, and a change with a fault does not count at all.</summary>
internal sealed class PageTemplates
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(1);

    private readonly string? _folder;
    private readonly TimeProvider _clock;
    private readonly ILogger<PageTemplates> _log;
    private readonly Lock _gate = new();
    private volatile Dictionary<PageKind, PageTemplate> _templates = [];
    private IReadOnlyList<ConfigFault> _faults = [];
    private string _seen = "";
    private long _lookedAt;

    public PageTemplates(PageSettings settings, TimeProvider clock, ILogger<PageTemplates> log)
    {
        (_folder, _clock, _log) = (settings.Folder, clock, log);
        if (_folder is not null)
        {
            _seen = StampOf(_folder);
            Load(_folder);
        }

        _lookedAt = clock.GetTimestamp();
    }

    /// <summary>Adds what is wrong with the templates at the start, when there is no last good one to fall back on.</summary>
    public void Check(ConfigFaults faults) => faults.AddRange(_faults);

    /// <summary>The template of a page; null where a plain page does.</summary>
    public PageTemplate? Find(PageKind kind)
    {
        if (_folder is not null && _clock.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= LookAgainAfter)
        {
            Look(_folder);
        }

        return _templates.GetValueOrDefault(kind);
    }

    private void Look(string folder)
    {
        lock (_gate)
        {
            Volatile.Write(ref _lookedAt, _clock.GetTimestamp());
            var stamp = StampOf(folder);
            if (stamp == _seen)
            {
                return;
            }

            _seen = stamp;
            if (Load(folder))
            {
                _log.PagesTaken(folder, _templates.Count);
                return;
            }

            foreach (var fault in _faults)
            {
                _log.PagesKept(fault);
            }
        }
    }

    private bool Load(string folder)
    {
        var faults = new ConfigFaults();
        var templates = Read(folder, faults);
        _faults = [.. faults];
        if (faults.Any)
        {
            return false;
        }

        _templates = templates;
        return true;
    }

    private static Dictionary<PageKind, PageTemplate> Read(string folder, ConfigFaults faults)
    {
        var templates = new Dictionary<PageKind, PageTemplate>();
        try
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*.html").Order(StringComparer.Ordinal))
            {
                if (PageKind.All.FirstOrDefault(kind => kind.File == Path.GetFileName(file)) is not { } kind)
                {
                    faults.Add(new ConfigFault(file, 0, "", $"is the template of no page (known: {string.Join(", ", PageKind.All.Select(page => page.File))})"));
                }
                else if (PageReader.Read(file, kind, faults) is { } template)
                {
                    templates.Add(kind, template);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            faults.Add(new ConfigFault(folder, 0, "pages.folder", $"cannot be read ({fault.GetType().Name})"));
        }

        return templates;
    }

    // Times alone would miss a file that a mount put in place of another.
    private static string StampOf(string folder)
    {
        try
        {
            return string.Join('|', new DirectoryInfo(folder).EnumerateFiles()
                .Where(file => file.Extension == ".html" || PageImage.IsOne(file.Name))
                .OrderBy(file => file.Name, StringComparer.Ordinal)
                .Select(file => $"{file.Name} {file.LastWriteTimeUtc.Ticks} {file.Length} {file.ResolveLinkTarget(returnFinalTarget: true)?.FullName}"));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return fault.GetType().Name;
        }
    }
}
