namespace AuthProxy.Tokenizer.Storage.Sqlite;

/// <summary>A file beside its place, readable by its owner only, that takes its name when it is finished, and is gone when it never was.</summary>
internal sealed class UnfinishedFile : IDisposable
{
    private readonly string _target;

    private UnfinishedFile(string target, string path) => (_target, Path) = (target, path);

    public string Path { get; }

    /// <exception cref="BackupException">There is a file of that name, or none can be made there.</exception>
    public static UnfinishedFile For(string target)
    {
        if (File.Exists(target) || Directory.Exists(target))
        {
            throw new BackupException($"{target} exists; nothing is ever overwritten");
        }

        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(target))!;
        var path = System.IO.Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
        return SqliteBackup.Guarded($"{target} cannot be written", () =>
        {
            using var _ = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            return new UnfinishedFile(target, path);
        });
    }

    /// <exception cref="BackupException">Somebody made a file of that name meanwhile.</exception>
    public void Finish() => SqliteBackup.Guarded($"{_target} cannot be written", () =>
    {
        using (var file = new FileStream(Path, FileMode.Open, FileAccess.Write))
        {
            file.Flush(flushToDisk: true);
        }

        File.Move(Path, _target, overwrite: false);
        return true;
    });

    public void Dispose()
    {
        foreach (var file in new[] { Path, Path + "-journal", Path + "-wal", Path + "-shm" })
        {
            File.Delete(file);
        }
    }
}
