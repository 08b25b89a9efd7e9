using AuthProxy.Hosting.Watching;
using AuthProxy.Tokenizer.Configuration;
using Npgsql;

namespace AuthProxy.Tokenizer.Storage.Postgres;

/// <summary>The way to the server: pooled connections, a second try where that is safe, and one exception for whatever goes wrong.</summary>
internal sealed class PostgresDoor : IAsyncDisposable
{
    /// <summary>Before the second and the third try. A server that restarts takes longer; then the client tries again.</summary>
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(250)];

    private readonly NpgsqlDataSource _source;
    private readonly SecretFile _secret;
    private readonly TimeProvider _clock;
    private readonly string _where;

    private PostgresDoor(NpgsqlDataSource source, SecretFile secret, TimeProvider clock, string where) =>
        (_source, _secret, _clock, _where) = (source, secret, clock, where);

    public static PostgresDoor Open(PostgresSettings settings, TimeProvider clock)
    {
        var address = PostgresAddress.Complete(settings);
        var secret = new SecretFile(settings.ConnectionString, clock);
        var where = $"{address.Host}:{address.Port}, database {address.Database}, user {address.Username}";
        return new PostgresDoor(BuildSource(address, secret), secret, clock, where);
    }

    /// <summary>Runs the work on a connection, which it has for itself for as long as that takes and no longer.</summary>
    /// <param name="work">One transaction.</param>
    /// <param name="repeating">Whether it may run again where nobody knows whether it was committed.</param>
    /// <param name="cancellation">Until it has begun: what has begun is short, and its caller is told how it ended.</param>
    /// <exception cref="StoreUnavailableException">The server does not answer, or refuses.</exception>
    public async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, Repeating repeating, CancellationToken cancellation)
    {
        for (var tries = 0; ; tries++)
        {
            var begun = false;
            try
            {
                await using var connection = await _source.OpenConnectionAsync(cancellation);
                begun = true;
                return await work(connection);
            }
            catch (Exception fault) when (PostgresFaults.IsOne(fault))
            {
                if (PostgresFaults.BreaksConnections(fault))
                {
                    // The others in the pool met the same fate; each would cost a caller its request.
                    _source.Clear();
                }

                var safe = PostgresFaults.LeftNothing(fault) || (PostgresFaults.MayPass(fault) && (!begun || repeating == Repeating.IsHarmless));
                if (!safe || tries == Pauses.Length)
                {
                    throw new StoreUnavailableException($"PostgreSQL ({_where}) {PostgresFaults.Describe(fault)}", fault);
                }
            }

            await Task.Delay(Pauses[tries] * (0.5 + Random.Shared.NextDouble()), _clock, cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        _secret.Dispose();
    }

    private static NpgsqlDataSource BuildSource(NpgsqlConnectionStringBuilder address, SecretFile secret)
    {
        var hasPassword = address.Password is not null;
        address.Password = null;
        var builder = new NpgsqlSlimDataSourceBuilder(address.ConnectionString)
        {
            // Npgsql would name it by the connection string, in metrics too.
            Name = "tokenizer",
        };
        builder.EnableArrays();
        builder.EnableTransportSecurity();
        if (hasPassword)
        {
            // Asked at each new connection: a new password in the file needs no restart.
            builder.UsePasswordProvider(_ => PasswordIn(secret), (_, _) => ValueTask.FromResult(PasswordIn(secret)));
        }

        return PostgresAddress.HostsOf(address).Length > 1 ? builder.BuildMultiHost().WithTargetSession(TargetSessionAttributes.ReadWrite) : builder.Build();
    }

    private static string PasswordIn(SecretFile secret) => PostgresAddress.Parse(secret.Reveal())?.Password ?? "";
}
