using System.Collections.Frozen;
using AuthProxy.Tokenizer.Configuration;
using Npgsql;

namespace AuthProxy.Tokenizer.Storage.Postgres;

/// <summary>What an operator may write into the connection string, and what we add to it.</summary>
internal static class PostgresAddress
{
    // Everything else is either ours to decide or nothing that we have thought about.
    private static readonly FrozenSet<string> Allowed = new[]
    {
        "Host", "Port", "Database", "Username", "Password", "Passfile", "SSL Mode", "SSL Negotiation", "Root Certificate", "SSL Certificate", "SSL Key",
        "SSL Password", "Check Certificate Revocation", "Channel Binding", "Search Path", "Application Name", "Load Balance Hosts", "Host Recheck Seconds",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <returns>What is wrong with it, without a word of it that could be secret; null where nothing is.</returns>
    public static string? FaultOf(string connectionString)
    {
        if (Parse(connectionString) is not { } parsed)
        {
            return "is no connection string; write Host=…;Database=…;Username=…;Password=…";
        }

        if (parsed.Keys.Cast<string>().FirstOrDefault(key => !Allowed.Contains(key)) is { } foreign)
        {
            return $"sets {foreign}, which is not for operators to set (allowed: {string.Join(", ", Allowed.Order(StringComparer.Ordinal))})";
        }

        if (string.IsNullOrWhiteSpace(parsed.Host) || string.IsNullOrWhiteSpace(parsed.Username) || string.IsNullOrWhiteSpace(parsed.Database))
        {
            return "names no Host, no Database or no Username; all three must be written";
        }

        // Anything weaker believes whoever answers at that address.
        return parsed.SslMode is not (SslMode.VerifyFull or SslMode.VerifyCA) && HostsOf(parsed).FirstOrDefault(host => !IsOnThisMachine(host)) is { } elsewhere
            ? $"leads to {elsewhere} without checking who answers there; add SSL Mode=VerifyFull and Root Certificate (plain text is for loopback only)"
            : null;
    }

    public static NpgsqlConnectionStringBuilder Complete(PostgresSettings settings)
    {
        var written = Parse(settings.ConnectionString.Reveal())!;
        var milliseconds = (long)settings.Timeout.TotalMilliseconds;
        var seconds = (int)Math.Ceiling(settings.Timeout.TotalSeconds);
        written.ApplicationName ??= "tokenizer";
        written.MaxPoolSize = settings.Connections;
        written.Timeout = seconds;

        // The server gives up first, and then nothing is left of the statement; ours is for a server that says nothing at all.
        written.CommandTimeout = seconds + 1;
        written.CancellationTimeout = 1000;

        // What one statement must see of those before it, and how long it may take, is nothing that a role's settings may change. In the start
        // packet, so that it holds from the first statement and costs none.
        written.Options = $"-c default_transaction_isolation=read\\ committed -c statement_timeout={milliseconds} -c idle_in_transaction_session_timeout={2 * milliseconds}";
        written.NoResetOnClose = true;
        written.MaxAutoPrepare = 64;
        written.AutoPrepareMinUsages = 2;
        written.Enlist = false;
        written.GssEncryptionMode = GssEncryptionMode.Disable;
        return written;
    }

    /// <returns>Null where the text is none.</returns>
    public static NpgsqlConnectionStringBuilder? Parse(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or InvalidOperationException or KeyNotFoundException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Several hosts are a primary and its standbys: whichever takes writes is used.</summary>
    public static string[] HostsOf(NpgsqlConnectionStringBuilder address) => address.Host!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    // A path is the folder of a unix socket. A name may carry its port behind a colon where there are several.
    private static bool IsOnThisMachine(string host) =>
        host.StartsWith('/') || Loopback.IsLoopback(host) || (host.LastIndexOf(':') is > 0 and var colon && Loopback.IsLoopback(host[..colon]));
}
