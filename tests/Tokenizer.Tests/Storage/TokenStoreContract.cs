using System.Security.Cryptography;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Storage;

/// <summary>What every store must do. A new store derives from this and its partners, and changes nothing in them.</summary>
public abstract class TokenStoreContract : IAsyncLifetime
{
    private protected const long Now = 1_900_000_000_000;
    private protected const long Later = Now + 60_000;

    private protected static readonly GrantTerms Anybody = new(Owner: null, PerHour: 1000);

    private protected ITokenStore Store { get; private set; } = null!;

    private protected abstract Task<ITokenStore> OpenAsync();

    public async Task InitializeAsync()
    {
        Store = await OpenAsync();
        await Store.MigrateAsync(default);
        await RegisterKeysAsync();
    }

    /// <summary>Nothing is kept under a master key that is not registered.</summary>
    private protected virtual Task RegisterKeysAsync() => Store.AddKeysAsync(new StoredKeys([new MasterKeyCheck(1, [1])], []), default);

    public virtual async Task DisposeAsync() => await Store.DisposeAsync();

    private protected static byte[] Random(int size = 32) => RandomNumberGenerator.GetBytes(size);

    private protected static SealedSecret Sealed() => new(1, Random(), Random(60));

    private protected static TokenRecord NewToken(byte[]? owner = null, string application = "bank", byte[]? metadata = null) => new(
        Random(16), new KeyedHash(1, Random()), Sealed(), "demo", application, new KeyedHash(1, owner ?? Random()), metadata, Value: null, Now);

    private protected static SessionRecord NewSession(byte[]? subject = null, long end = Now + 3_600_000) => new(Random(), subject ?? Random(), end);

    private protected static TicketRecord NewTicket(byte[] session, byte[] tokenRowId, TicketUse use, long end = Later) =>
        new(Random(), session, tokenRowId, use, end, Sealed());

    /// <summary>A token with its creator's grant, as tokenizing makes it.</summary>
    private protected async Task<TokenRecord> AddAsync(SessionRecord session, TokenRecord? token = null, long grantEnd = Later)
    {
        token ??= NewToken(session.Subject);
        var grant = new GrantRecord(session.Session, token.RowId, grantEnd);
        var standing = await Store.AddTokenAsync(token, session, grant, NewTicket(session.Session, token.RowId, TicketUse.Upload), Now, default);
        Assert.Equal(SessionStanding.Alive, standing);
        return token;
    }

    private protected async Task<byte[]> UploadAsync(TokenRecord token, params byte[][] segments)
    {
        var attempt = Random(16);
        Assert.True(await Store.BeginValueAsync(attempt, token.RowId, Now, default));
        Assert.True(await Store.AppendSegmentsAsync(attempt, 0, segments, Now, default));
        Assert.True(await Store.CompleteValueAsync(token.RowId, new StoredValue(attempt, segments.Length, segments.Sum(segment => segment.Length)), default));
        return attempt;
    }

    private protected async Task<long?> GrantEndAsync(SessionRecord session, TokenRecord token, long now = Now) =>
        (await Store.FindGrantsAsync(session.Session, [token.Lookup.Hash], now, default)).SingleOrDefault()?.ExpiresAt;

    private protected Task<int> SweepAsync(long now) => Store.SweepAsync(now, now - 600_000, 200, default);
}
