using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Watching;

namespace AuthProxy.Proxy.Authentication.ApiKey;

/// <summary>A file of API keys as of now: a change counts within a second, and a change with a fault does not count.</summary>
internal sealed class ApiKeyFile : IDisposable
{
    /// <summary>For whoever wrote a key where its hash belongs.</summary>
    public const string HowToHash = "let 'authproxy keys api --id ID' make both, or write what 'printf %s KEY | sha256sum' prints, for a random key of 128 bits at least";

    private readonly WatchedFile _watch;
    private readonly ILogger _logger;
    private volatile ApiKeySet? _keys;
    private volatile IReadOnlyList<ConfigFault> _faults = [];

    public ApiKeyFile(string path, TimeProvider time, ILogger logger)
    {
        _logger = logger;

        // Watched before it is read: a change in between is then seen as one.
        _watch = new WatchedFile(path, time, logger);
        _watch.Changed += Reload;
        Load();
    }

    /// <summary>The keys in force; null where the file was never right.</summary>
    public ApiKeySet? Keys => _keys;

    /// <summary>What is wrong with the file as it is now.</summary>
    public IReadOnlyList<ConfigFault> Faults => _faults;

    public void Dispose() => _watch.Dispose();

    /// <summary>Looks now whether the file changed.</summary>
    public void Look() => _watch.Look();

    private void Reload()
    {
        if (Load() is { } keys)
        {
            _logger.ApiKeysTaken(_watch.Path, keys.Count);
            return;
        }

        foreach (var fault in _faults)
        {
            _logger.ApiKeysKept(fault);
        }
    }

    private ApiKeySet? Load()
    {
        var faults = new ConfigFaults();
        var keys = ApiKeySet.Read(_watch.Path, faults);
        _faults = [.. faults];
        _keys = keys ?? _keys;
        return keys;
    }
}

/// <summary>The files of API keys that rules name, each watched once.</summary>
internal sealed class ApiKeyFiles(TimeProvider time, ILogger<ApiKeyFile> logger) : IDisposable
{
    private readonly Dictionary<string, ApiKeyFile> _files = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Null, with the faults told, where the file is not as it should be.</summary>
    public ApiKeyFile? For(string path, ConfigFaults faults)
    {
        ApiKeyFile? file;
        lock (_gate)
        {
            if (!_files.TryGetValue(path, out file))
            {
                _files.Add(path, file = new ApiKeyFile(path, time, logger));
            }
        }

        // It may have changed together with the rules that are being read.
        file.Look();
        faults.AddRange(file.Faults);
        return file.Faults.Count == 0 ? file : null;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var file in _files.Values)
            {
                file.Dispose();
            }
        }
    }
}
