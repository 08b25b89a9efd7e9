using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Keys;
using AuthProxy.Tokenizer.Storage.Postgres;
using AuthProxy.Tokenizer.Storage.Sqlite;

namespace AuthProxy.Tokenizer.Storage;

/// <summary>The database with the keys that fit it. There is no running service without one.</summary>
/// <param name="Store">Everything that is kept.</param>
/// <param name="Ring">The keys to it.</param>
/// <param name="KeySource">Where the master keys came from, and further ones will.</param>
/// <param name="NewKeyFolder">Where a master key was made just now; null where keys were there.</param>
internal sealed record OpenedVault(ITokenStore Store, KeyRing Ring, IMasterKeySource KeySource, string? NewKeyFolder) : IAsyncDisposable
{
    /// <summary>Brings the database up to date, and makes what a new one lacks.</summary>
    /// <exception cref="VaultNotOpenedException">Something that the start needs is missing or does not fit.</exception>
    public static Task<OpenedVault> OpenAsync(TokenizerSettings settings, CancellationToken cancellation) => UseAsync(Open(settings), async store =>
    {
        await store.MigrateAsync(cancellation);
        var source = MasterKeySources.Of(settings);
        var (keys, newFolder) = await MasterKeysAsync(settings, source, store, cancellation);
        return new OpenedVault(store, RingOf(await KeyRing.OpenAsync(store, keys, cancellation)), source, newFolder);
    });

    /// <summary>Takes the database as it is, for a command beside the service. What is not there is not made, and no right to write is needed for that.</summary>
    /// <exception cref="VaultNotOpenedException">It is not there, or the keys do not fit it.</exception>
    public static Task<OpenedVault> OpenExistingAsync(TokenizerSettings settings, CancellationToken cancellation)
    {
        if (settings.Postgres is null && !File.Exists(settings.DatabaseFile))
        {
            throw new VaultNotOpenedException($"{settings.DatabaseFile} does not exist");
        }

        return UseAsync(Open(settings), async store =>
        {
            var source = MasterKeySources.Of(settings);
            var keys = await RequiredKeysAsync(source, cancellation);
            return new OpenedVault(store, RingOf(await KeyRing.ReadAsync(store, keys, cancellation)), source, null);
        });
    }

    public ValueTask DisposeAsync() => Store.DisposeAsync();

    // The one place that knows which kind of database it is.
    private static ITokenStore Open(TokenizerSettings settings)
    {
        if (settings.Postgres is { } postgres)
        {
            return PostgresStore.Open(postgres, TimeProvider.System);
        }

        try
        {
            Directory.CreateDirectory(settings.DataFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return SqliteStore.Open(settings.DatabaseFile);
        }
        catch (Exception fault) when (fault is StoreUnavailableException or IOException or UnauthorizedAccessException)
        {
            throw new VaultNotOpenedException(fault.Message);
        }
    }

    private static async Task<OpenedVault> UseAsync(ITokenStore store, Func<ITokenStore, Task<OpenedVault>> open)
    {
        try
        {
            return await open(store);
        }
        catch (Exception fault)
        {
            await store.DisposeAsync();
            if (fault is StoreUnavailableException or IncompatibleSchemaException or MasterKeysUnreadableException or IOException or UnauthorizedAccessException)
            {
                throw new VaultNotOpenedException(fault.Message);
            }

            throw;
        }
    }

    private static KeyRing RingOf(KeyRingOutcome outcome) => outcome switch
    {
        KeyRingOutcome.Opened(var ring) => ring,
        KeyRingOutcome.Refused(var why) => throw new VaultNotOpenedException(why),
        _ => throw new VaultNotOpenedException("the keys were not opened"),
    };

    /// <summary>The master keys alone, where there is no database yet. None is made.</summary>
    /// <exception cref="VaultNotOpenedException">There are none, or they cannot be read.</exception>
    public static async Task<MasterKeys> GivenKeysAsync(TokenizerSettings settings, CancellationToken cancellation)
    {
        try
        {
            return await RequiredKeysAsync(MasterKeySources.Of(settings), cancellation);
        }
        catch (MasterKeysUnreadableException fault)
        {
            throw new VaultNotOpenedException(fault.Message);
        }
    }

    private static async Task<MasterKeys> RequiredKeysAsync(IMasterKeySource source, CancellationToken cancellation) =>
        await GivenKeysAsync(source, cancellation) ?? throw new VaultNotOpenedException($"{source.Place} holds no key");

    private static async Task<MasterKeys?> GivenKeysAsync(IMasterKeySource source, CancellationToken cancellation)
    {
        var found = await source.ReadAsync(cancellation);
        return found.Count == 0 ? null
            : MasterKeys.FaultOf(found) is { } fault ? throw new VaultNotOpenedException(fault)
            : new MasterKeys(found);
    }

    private static async Task<(MasterKeys Keys, string? NewFolder)> MasterKeysAsync(
        TokenizerSettings settings, IMasterKeySource source, ITokenStore store, CancellationToken cancellation)
    {
        if (await GivenKeysAsync(source, cancellation) is { } given)
        {
            return (given, null);
        }

        // A database without its key is a loss to be told, not a reason to make another key.
        if ((await store.ReadKeysAsync(cancellation)).Sealing is { } sealing)
        {
            throw new VaultNotOpenedException($"the database was written under master key version {sealing.Version}, and {source.Place} holds no key");
        }

        return settings.MakesMasterKeys
            ? (new MasterKeys([MasterKeyFiles.Generate(settings.KeyFolder)]), settings.KeyFolder)
            : throw new VaultNotOpenedException($"{source.Place} holds no key");
    }
}

/// <summary>Why the service cannot start, in one sentence for the operator.</summary>
internal sealed class VaultNotOpenedException(string message) : Exception(message);
