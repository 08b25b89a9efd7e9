namespace AuthProxy.Proxy.Cli;

/// <summary>A folder that only this user can read and that is gone when it is done with.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("authproxy-").FullName;

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // What is left holds keys that nobody uses any more, where only this user can read them.
        }
    }
}
