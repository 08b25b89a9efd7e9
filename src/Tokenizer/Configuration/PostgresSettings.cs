using AuthProxy.Hosting.Configuration;
using AuthProxy.Tokenizer.Storage.Postgres;

namespace AuthProxy.Tokenizer.Configuration;

/// <summary>The PostgreSQL that keeps everything.</summary>
/// <param name="ConnectionString">Where it is, who we are there and how TLS is spoken, as Npgsql writes it.</param>
/// <param name="Connections">How many connections one replica opens at most.</param>
/// <param name="Timeout">How long a statement, and the making of a connection, may take.</param>
internal sealed record PostgresSettings(Secret ConnectionString, int Connections, TimeSpan Timeout)
{
    public static readonly Schema<PostgresSettings> Schema = Declare.Object<PostgresSettings>("postgres", "The PostgreSQL that keeps everything.", o =>
    {
        var connectionString = o.Secret(
            "connection_string", "Server, database, user and TLS: Host=db.example.com;Database=tokenizer;Username=tokenizer;Password=…;SSL Mode=VerifyFull;Root Certificate=/etc/db-ca.pem. TLS that checks the server is required outside loopback.");
        var connections = o.Integer("connections", "How many connections one replica opens at most; replicas times this must stay below the server's max_connections.").Default("32").AtLeast(1).AtMost(1000);
        var timeout = o.Duration("timeout", "How long one statement may take, and the making of a connection; past it 503.").Default("5s").AtLeast("100ms").AtMost("1m");
        return read =>
        {
            if (PostgresAddress.FaultOf(read.Get(connectionString).Reveal()) is { } fault)
            {
                read.Fault(connectionString, fault);
            }

            return new PostgresSettings(read.Get(connectionString), read.Get(connections), read.Get(timeout));
        };
    });
}

internal enum StoreKind
{
    Sqlite,
    Postgres,
}
