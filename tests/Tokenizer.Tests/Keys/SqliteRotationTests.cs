using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Storage.Sqlite;

namespace AuthProxy.Tokenizer.Tests.Keys;

public sealed class SqliteRotationTests : RotationContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override Task<ITokenStore> OpenAsync() => Task.FromResult<ITokenStore>(SqliteStore.Open(_folder.File("tokenizer.db")));
}
