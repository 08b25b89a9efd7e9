using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Storage.Postgres;
using AuthProxy.Tokenizer.Storage.Sqlite;

namespace AuthProxy.Tokenizer.Storage;

/// <summary>The database with the keys that fit it. There is no running service without one.</summary>
/// <param name="NewKeyFolder">Where a master key was made just now; null where keys were there.</param>
internal sealed record OpenedVault(ITokenStore Store, KeyRing Ring, string? NewKeyFolder) : IAsyncDisposable
{
    /// <summary>Brings the database up to date, and makes what a new one lacks.</summary>
    /// <exception cref="VaultNotOpenedException">Something that the start needs is missing or does not fit.</exception>
    public static Task<OpenedVault> OpenAsync(TokenizerSettings settings, CancellationToken cancellation) => UseAsync(Open(settings), async store =>
    {
        await store.MigrateAsync(cancellation);
        var (keys, newFolder) = await MasterKeysAsync(settings, store, cancellation);
        return new OpenedVault(store, RingOf(await KeyRing.OpenAsync(store, keys, cancellation)), newFolder);
    });

    /// <summary>Takes the database as it is, for whoever only reads it. What is not there is not made, and no right to write is needed.</summary>
    /// <exception cref="VaultNotOpenedException">It is not there, or the keys do not fit it.</exception>
    public static Task<OpenedVault> OpenToReadAsync(TokenizerSettings settings, CancellationToken cancellation)
    {
        if (settings.Postgres is null && !File.Exists(settings.DatabaseFile))
        {
            throw new VaultNotOpenedException($"{settings.DatabaseFile} does not exist");
        }

        return UseAsync(Open(settings), async store =>
        {
            var keys = GivenKeys(settings) ?? throw new VaultNotOpenedException($"{settings.KeyFolder} holds no key");
            return new OpenedVault(store, RingOf(await KeyRing.ReadAsync(store, keys, cancellation)), null);
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
            if (fault is StoreUnavailableException or IncompatibleSchemaException or MasterKeyFileException or IOException or UnauthorizedAccessException)
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

    private static MasterKeys? GivenKeys(TokenizerSettings settings) =>
        settings.MasterKeys.Count > 0 ? new MasterKeys(settings.MasterKeys)
        : MasterKeyFiles.Read(settings.KeyFolder) is { Count: > 0 } found ? new MasterKeys(found)
        : null;

    private static async Task<(MasterKeys Keys, string? NewFolder)> MasterKeysAsync(TokenizerSettings settings, ITokenStore store, CancellationToken cancellation)
    {
        if (GivenKeys(settings) is { } given)
        {
            return (given, null);
        }

        // A database without its key is a loss to be told, not a reason to make another key.
        return (await store.ReadKeysAsync(cancellation)).MasterKeys is [var first, ..]
            ? throw new VaultNotOpenedException($"the database was written under master key version {first.Version}, and {settings.KeyFolder} holds no key")
            : (new MasterKeys([MasterKeyFiles.Generate(settings.KeyFolder)]), settings.KeyFolder);
    }
}

/// <summary>Why the service cannot start, in one sentence for the operator.</summary>
internal sealed class VaultNotOpenedException(string message) : Exception(message);
