using AuthProxy.Tokenizer.Cryptography;

namespace AuthProxy.Tokenizer.Keys;

/// <summary>A folder with one file a version.</summary>
internal sealed class MasterKeyFolder(string path) : IMasterKeySource
{
    public string Place => path;

    public ValueTask<IReadOnlyList<MasterKey>> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return ValueTask.FromResult(MasterKeyFiles.Read(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new MasterKeysUnreadableException($"the master keys in {path} cannot be read: {fault.Message}");
        }
    }
}
