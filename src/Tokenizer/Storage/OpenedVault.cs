using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Storage.Postgres;
using AuthProxy.Tokenizer.Storage.Sqlite;

namespace AuthProxy.Tokenizer.Storage;

/// <summary>The database with the keys that fit it. There is no running service without one.</summary>
/// <param name="NewKeyFolder">Where a master key was made just now; null where keys were there.</param>
internal sealed record OpenedVault(ITokenStore Store, KeyRing Ring, string? NewKeyFolder) : IAsyncDisposable
{
    /// <exception cref="VaultNotOpenedException">Something that the start needs is missing or does not fit.</exception>
    public static async Task<OpenedVault> OpenAsync(TokenizerSettings settings, CancellationToken cancellation)
    {
        var store = Open(settings);
        try
        {
            return await OpenAsync(settings, store, cancellation);
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

    private static async Task<OpenedVault> OpenAsync(TokenizerSettings settings, ITokenStore store, CancellationToken cancellation)
    {
        await store.MigrateAsync(cancellation);
        var (keys, newFolder) = await MasterKeysAsync(settings, store, cancellation);
        return await KeyRing.OpenAsync(store, keys, cancellation) switch
        {
            KeyRingOutcome.Opened(var ring) => new OpenedVault(store, ring, newFolder),
            KeyRingOutcome.Refused(var why) => throw new VaultNotOpenedException(why),
            _ => throw new VaultNotOpenedException("the keys were not opened"),
        };
    }

    private static async Task<(MasterKeys Keys, string? NewFolder)> MasterKeysAsync(TokenizerSettings settings, ITokenStore store, CancellationToken cancellation)
    {
        if (settings.MasterKeys.Count > 0)
        {
            return (new MasterKeys(settings.MasterKeys), null);
        }

        if (MasterKeyFiles.Read(settings.KeyFolder) is { Count: > 0 } found)
        {
            return (new MasterKeys(found), null);
        }

        // A database without its key is a loss to be told, not a reason to make another key.
        return (await store.ReadKeysAsync(cancellation)).MasterKeys is [var first, ..]
            ? throw new VaultNotOpenedException($"the database was written under master key version {first.Version}, and {settings.KeyFolder} holds no key")
            : (new MasterKeys([MasterKeyFiles.Generate(settings.KeyFolder)]), settings.KeyFolder);
    }
}

/// <summary>Why the service cannot start, in one sentence for the operator.</summary>
internal sealed class VaultNotOpenedException(string message) : Exception(message);
