using System.Security.Authentication;
using AuthProxy.Proxy.Configuration;
using StackExchange.Redis;

namespace AuthProxy.Proxy.Sessions.Redis;

/// <summary>Makes connections of the client library, with everything switched off that we do ourselves.</summary>
/// <param name="Settings">What the operator says.</param>
/// <param name="Keys">The names of keys.</param>
/// <param name="Password">The servers' password as of now.</param>
/// <param name="SentinelPassword">The Sentinels' password as of now.</param>
/// <param name="Clock">Measures time limits.</param>
/// <param name="Metrics">Counts what becomes of it all.</param>
internal sealed record RedisClient(RedisSettings Settings, SessionKeys Keys, Func<string?> Password, Func<string?> SentinelPassword, TimeProvider Clock, RedisMetrics Metrics)
{
    private static readonly string[] Subscribing = ["SUBSCRIBE", "UNSUBSCRIBE", "PSUBSCRIBE", "PUNSUBSCRIBE"];
    /// <summary>How long connecting may take. No request waits for it, and a busy machine needs its time for TLS.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly Version OldestServer = new(6, 0);

    /// <summary>Commands only. No second connection for subscriptions is made, and no setting of the server is asked for.</summary>
    public static CommandMap CommandsOnly { get; } = CommandMap.Create([.. Subscribing, "CONFIG"], available: false);

    /// <summary>Messages, and a few commands whose replies have to come in order.</summary>
    public static CommandMap CommandsAndMessages { get; } = CommandMap.Create(["CONFIG"], available: false);

    /// <summary>One node of a Cluster alone: the library must not look for the others.</summary>
    public static CommandMap OneNodeOnly { get; } = CommandMap.Create([.. Subscribing, "CONFIG", "CLUSTER"], available: false);

    /// <summary>What a Sentinel understands.</summary>
    public static CommandMap SentinelOnly { get; } = CommandMap.Create(["AUTH", "PING", "INFO", "SENTINEL"], available: true);

    /// <summary>Null for plain text.</summary>
    public RedisTls? Tls { get; } = Settings.Tls is { } tls ? new RedisTls(tls) : null;

    /// <summary>How long one step may take.</summary>
    public TimeSpan Timeout => Settings.Timeout;

    /// <summary>Connects to at least one of the servers.</summary>
    /// <exception cref="RedisUnavailableException">None could be reached.</exception>
    public async Task<ConnectionMultiplexer> ConnectAsync(IReadOnlyList<RedisEndpoint> endpoints, CommandMap commands, CancellationToken cancellation)
    {
        var password = commands == SentinelOnly ? SentinelPassword() : Password();
        var connecting = ConnectionMultiplexer.ConnectAsync(OptionsOf(endpoints, password, commands));
        try
        {
            // Handshake and first answer have a time limit of their own inside; this one is for what the library forgets.
            return await connecting.WaitAsync(Patience * 2, Clock, cancellation);
        }
        catch (Exception fault) when (fault is RedisConnectionException or TimeoutException)
        {
            _ = DisposeLateAsync(connecting);
            throw new RedisUnavailableException($"{string.Join(", ", endpoints)}: {Explain(fault)}", fault);
        }
    }

    private static async Task DisposeLateAsync(Task<ConnectionMultiplexer> connecting)
    {
        try
        {
            (await connecting).Close(allowCommandsToComplete: false);
        }
        catch (RedisConnectionException)
        {
            // It came to nothing by itself.
        }
    }

    private ConfigurationOptions OptionsOf(IReadOnlyList<RedisEndpoint> endpoints, string? password, CommandMap commands)
    {
        var options = new ConfigurationOptions
        {
            AbortOnConnectFail = true,

            // The library's own lock on INFO, by which nodes of a Cluster tell their role. What changes a server is never sent.
            AllowAdmin = true,
            ClientName = "authproxy",
            CommandMap = commands,
            ConfigurationChannel = "",
            ConnectRetry = 1,
            ConnectTimeout = (int)Patience.TotalMilliseconds,
            DefaultVersion = OldestServer,
            KeepAlive = 15,
            Password = password,
            Ssl = Tls is not null,
            SslHost = Tls?.ServerName,
            SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            SyncTimeout = (int)Timeout.TotalMilliseconds,
            TieBreaker = "",
        };
        if (Tls is not null)
        {
            options.CertificateValidation += Tls.IsTrusted;
        }

        if (Tls is { ShowsCertificate: true })
        {
            options.CertificateSelection += (_, _, _, _, _) => Tls.OwnCertificate();
        }

        foreach (var endpoint in endpoints)
        {
            options.EndPoints.Add(endpoint.Host, endpoint.Port);
        }

        return options;
    }

    private static string Explain(Exception fault) => fault switch
    {
        // The door was open and TLS is proven: what remains to be refused is the password.
        RedisConnectionException { Message: var text } when text.Contains(nameof(ConnectionFailureType.AuthenticationFailure), StringComparison.Ordinal) =>
            "the server refuses the password, or wants one (sessions.redis.password)",
        TimeoutException => "did not answer in time",
        _ => "does not answer as Redis does",
    };
}
