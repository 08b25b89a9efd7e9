using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Configuration;

/// <summary>The Redis that keeps sessions: one server, one behind Sentinels, or a Cluster.</summary>
/// <param name="Endpoints">The server; of a Cluster a few of its nodes. Empty where Sentinels know it.</param>
/// <param name="IsCluster">Whether the endpoints are nodes of a Cluster.</param>
/// <param name="Sentinel">Who knows which server is the master; null where the server is always the same.</param>
/// <param name="Password">The default user's password; null for none.</param>
/// <param name="Database">The database's number; 0 in a Cluster.</param>
/// <param name="KeyPrefix">What every key and channel begins with, before the realm.</param>
/// <param name="Timeout">How long one call may take.</param>
/// <param name="WaitReplicas">How many replicas are waited for, for a moment, after a session's end.</param>
/// <param name="Tls">Null for plain text, which is for loopback only.</param>
internal sealed record RedisSettings(
    IReadOnlyList<RedisEndpoint> Endpoints,
    bool IsCluster,
    RedisSentinelSettings? Sentinel,
    Secret? Password,
    int Database,
    string KeyPrefix,
    TimeSpan Timeout,
    int WaitReplicas,
    RedisTlsSettings? Tls)
{
    public static readonly Schema<RedisSettings> Schema = Declare.Object<RedisSettings>("redis", "The Redis that keeps sessions.", o =>
    {
        var endpoints = o.List("endpoints", RedisEndpoint.Schema, "The server, as host:port; of a Cluster some of its nodes. Left out where Sentinels know the server.");
        var cluster = o.Boolean("cluster", "Whether the endpoints are nodes of a Redis Cluster.").Default(false);
        var sentinel = o.Object("sentinel", RedisSentinelSettings.Schema, "The Sentinels that know which server is the master.").Optional();
        var password = o.Secret("password", "The password of Redis' default user.").Optional();
        var database = o.Integer("database", "The number of the database.").Default(0).AtLeast(0).AtMost(1023);
        var prefix = o.Text("key_prefix", "What every key and channel begins with, before the realm.").Default("authproxy")
            .Must(text => text.Length is > 0 and <= 64 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'), "write 1 to 64 letters, digits, -, _ and .");
        var timeout = o.Duration("timeout", "How long one call may take.").Default("1s").AtLeast("50ms").AtMost("10s");
        var waitReplicas = o.Integer("wait_replicas", "How many of the connected replicas must have a session's end before it counts, waited for a quarter of a second at most.")
            .Default(1).AtLeast(0).AtMost(8);
        var tls = o.Object("tls", RedisTlsSettings.Schema, "TLS towards servers and Sentinels; {} believes the system's authorities. Required outside loopback.").Optional();
        o.Refused("username", "this version signs in as Redis' default user only: give that user a password and, by ACL, the rights of docs/sessions.md");
        o.Refused("user", "this version signs in as Redis' default user only: give that user a password and, by ACL, the rights of docs/sessions.md");

        return read =>
        {
            CheckTopology(read, endpoints, cluster, sentinel, database);
            var servers = read.Get(endpoints).Concat(read.Get(sentinel)?.Endpoints ?? []);
            if (read.Get(tls) is null && servers.FirstOrDefault(server => !server.IsLoopback) is { } elsewhere)
            {
                read.Fault(tls, $"is missing, and {elsewhere} is another machine; write tls: {{}} (plain text is for loopback only)");
            }
            else if (read.Get(password) is null && read.Get(tls) is { CertificateFile: null } && servers.Any(server => !server.IsLoopback))
            {
                read.Warn("names neither password nor tls.cert: whoever reaches this Redis can end sessions and undo their ends");
            }

            return new RedisSettings(
                read.Get(endpoints), read.Get(cluster), read.Get(sentinel), read.Get(password), read.Get(database), read.Get(prefix),
                read.Get(timeout), read.Get(waitReplicas), read.Get(tls));
        };
    });

    /// <summary>Whether all of it is on this machine.</summary>
    public bool IsLoopback => Endpoints.Concat(Sentinel?.Endpoints ?? []).All(server => server.IsLoopback);

    private static void CheckTopology(
        ObjectReading read, Setting<IReadOnlyList<RedisEndpoint>> endpoints, Setting<bool> cluster, Setting<RedisSentinelSettings?> sentinel, Setting<int> database)
    {
        var (count, isCluster) = (read.Get(endpoints).Count, read.Get(cluster));
        if (read.Get(sentinel) is not null)
        {
            if (isCluster)
            {
                read.Fault(cluster, "is true beside sentinel; a Cluster promotes its own replicas, keep one of the two");
            }

            if (count > 0)
            {
                read.Fault(endpoints, "is given beside sentinel; Sentinels know the servers, leave endpoints out");
            }
        }
        else if (count == 0)
        {
            read.Fault(endpoints, "names no server; write [\"host:6379\"], or sentinel with its endpoints");
        }
        else if (count > 1 && !isCluster)
        {
            read.Fault(endpoints, "names several servers; write cluster: true, name their Sentinels under sentinel, or keep one");
        }

        if (isCluster && read.Get(database) != 0)
        {
            read.Fault(database, "is not 0; a Cluster has no other database");
        }
    }
}

/// <summary>The Sentinels.</summary>
/// <param name="Master">The name under which they watch the master.</param>
/// <param name="Endpoints">Where they are.</param>
/// <param name="Password">Their own password; null for none.</param>
internal sealed record RedisSentinelSettings(string Master, IReadOnlyList<RedisEndpoint> Endpoints, Secret? Password)
{
    public static readonly Schema<RedisSentinelSettings> Schema = Declare.Object<RedisSentinelSettings>("sentinel", "The Sentinels that know which server is the master.", o =>
    {
        var master = o.Text("master", "The name under which the Sentinels watch the master.").NotEmpty("name the master as in sentinel monitor");
        var endpoints = o.List("endpoints", RedisEndpoint.Schema, "The Sentinels, as host:port; all of them, so that the newest word is found.").NotEmpty("name the Sentinels, as [\"host:26379\"]");
        var password = o.Secret("password", "The Sentinels' own password.").Optional();
        return read => new RedisSentinelSettings(read.Get(master), read.Get(endpoints), read.Get(password));
    });
}

/// <summary>TLS towards Redis.</summary>
/// <param name="AuthorityFile">PEM file of the only authorities that are believed; null for the system's.</param>
/// <param name="CertificateFile">PEM file of the certificate that we show; null for none.</param>
/// <param name="KeyFile">PEM file of its private key.</param>
/// <param name="ServerName">The name that every server's certificate must carry; null for the name or address that is connected to.</param>
internal sealed record RedisTlsSettings(string? AuthorityFile, string? CertificateFile, string? KeyFile, string? ServerName)
{
    public static readonly Schema<RedisTlsSettings> Schema = Declare.Object<RedisTlsSettings>("redis tls", "TLS towards Redis.", o =>
    {
        var authority = o.Path("ca", "PEM file of the only authorities that are believed; without the key the system's.").Optional();
        var certificate = o.Path("cert", "PEM file of the certificate that we show.").Optional();
        var key = o.Path("key", "PEM file of its private key.").Optional();
        var serverName = o.Text("server_name", "The name that every server's certificate must carry; without the key the name or address that is connected to.")
            .NotEmpty("name the server").Optional();
        return read =>
        {
            if (read.Get(certificate) is null != read.Get(key) is null)
            {
                read.Fault("names a certificate without its key, or a key without its certificate");
            }

            return new RedisTlsSettings(read.Get(authority), read.Get(certificate), read.Get(key), read.Get(serverName));
        };
    });
}

/// <summary>Where a server is.</summary>
internal sealed record RedisEndpoint(string Host, int Port)
{
    public static readonly Schema<RedisEndpoint> Schema = Declare.Scalar<RedisEndpoint>("host:port", "a server such as redis.example.com:6379", TryParse);

    public bool IsLoopback => Loopback.IsLoopback(Host);

    public static RedisEndpoint Of(EndPoint endpoint) => endpoint switch
    {
        IPEndPoint address => new RedisEndpoint(address.Address.ToString(), address.Port),
        DnsEndPoint name => new RedisEndpoint(name.Host, name.Port),
        _ => throw new ArgumentException("is neither an address nor a name", nameof(endpoint)),
    };

    public override string ToString() => $"{Host}:{Port}";

    private static bool TryParse(string text, [MaybeNullWhen(false)] out RedisEndpoint value, [NotNullWhen(false)] out string? why)
    {
        value = null;
        var colon = text.LastIndexOf(':');
        var host = colon > 0 ? text[..colon] : "";
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address) && address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            why = "is an IPv6 address, which the Redis client cannot reach; write a name, or an IPv4 address";
            return false;
        }

        why = "write host:port, such as redis.example.com:6379";
        if (Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535)
        {
            value = new RedisEndpoint(host, port);
        }

        return value is not null;
    }
}
