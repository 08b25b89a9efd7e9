using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Storage.Sqlite;

namespace AuthProxy.Tokenizer.Tests.Storage;

public sealed class SqliteTokenTests : TokenContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override Task<ITokenStore> OpenAsync() => Task.FromResult<ITokenStore>(SqliteStore.Open(_folder.File("tokenizer.db")));
}

public sealed class SqliteGrantTests : GrantContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override Task<ITokenStore> OpenAsync() => Task.FromResult<ITokenStore>(SqliteStore.Open(_folder.File("tokenizer.db")));
}

public sealed class SqliteSessionTests : SessionContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override Task<ITokenStore> OpenAsync() => Task.FromResult<ITokenStore>(SqliteStore.Open(_folder.File("tokenizer.db")));
}

public sealed class SqliteAdoptionTests : AdoptionContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override Task<ITokenStore> OpenAsync() => Task.FromResult<ITokenStore>(SqliteStore.Open(_folder.File("tokenizer.db")));
}

public sealed class SqliteLoginTests : LoginContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override Task<ITokenStore> OpenAsync() => Task.FromResult<ITokenStore>(SqliteStore.Open(_folder.File("tokenizer.db")));
}

public sealed class SqliteTicketTests : TicketContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override Task<ITokenStore> OpenAsync() => Task.FromResult<ITokenStore>(SqliteStore.Open(_folder.File("tokenizer.db")));
}

public sealed class SqliteValueTests : ValueContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override Task<ITokenStore> OpenAsync() => Task.FromResult<ITokenStore>(SqliteStore.Open(_folder.File("tokenizer.db")));
}

public sealed class SqliteAuditTests : AuditContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override Task<ITokenStore> OpenAsync() => Task.FromResult<ITokenStore>(SqliteStore.Open(_folder.File("tokenizer.db")));
}

public sealed class SqliteKeyRotationTests : KeyRotationContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override Task<ITokenStore> OpenAsync() => Task.FromResult<ITokenStore>(SqliteStore.Open(_folder.File("tokenizer.db")));
}

public sealed class SqliteTokenLifeTests : TokenLifeContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override Task<ITokenStore> OpenAsync() => Task.FromResult<ITokenStore>(SqliteStore.Open(_folder.File("tokenizer.db")));
}

public sealed class SqliteGrantLimitTests : GrantLimitContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override Task<ITokenStore> OpenAsync() => Task.FromResult<ITokenStore>(SqliteStore.Open(_folder.File("tokenizer.db")));
}

public sealed class SqliteGrantListTests : GrantListContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override Task<ITokenStore> OpenAsync() => Task.FromResult<ITokenStore>(SqliteStore.Open(_folder.File("tokenizer.db")));
}

public sealed class SqliteRememberedAnswerTests : RememberedAnswerContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override Task<ITokenStore> OpenAsync() => Task.FromResult<ITokenStore>(SqliteStore.Open(_folder.File("tokenizer.db")));
}
