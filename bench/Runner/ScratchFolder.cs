namespace AuthProxy.Bench;

/// <summary>A folder for this run, gone afterwards.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("authproxy-bench-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
