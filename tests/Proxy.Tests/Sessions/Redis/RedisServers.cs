using AuthProxy.Proxy.Configuration;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Sessions.Redis;

/// <summary>A server without password or TLS, for all tests of a class.</summary>
public sealed class PlainRedis : IAsyncLifetime
{
    public RedisServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await RedisServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

/// <summary>A server that speaks TLS only, wants a certificate, and a password too.</summary>
public sealed class SecuredRedis : IAsyncLifetime
{
    private const string Password = "servers-password";
    private readonly TestFolder _folder = new();
    private readonly TestAuthority _authority = new("Redis authority");

    public RedisServer Server { get; private set; } = null!;

    internal RedisSettings Settings => OpenRedis.Settings(Server, Password, Tls);

    internal RedisTlsSettings Tls { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var server = Write("server", _authority.Issue("redis", TestAuthority.ServerUse));
        var client = Write("client", _authority.Issue("authproxy", TestAuthority.ClientUse));
        Tls = new RedisTlsSettings(_folder.Write("ca.crt", _authority.Pem), client.Certificate, client.Key, null);
        Server = await RedisServer.StartTlsAsync((server.Certificate, server.Key, Tls.AuthorityFile!), wantsCertificate: true, Password);
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
    }

    private (string Certificate, string Key) Write(string name, (string Certificate, string Key) pem) =>
        (_folder.Write(name + ".crt", pem.Certificate), _folder.Write(name + ".key", pem.Key));
}

public sealed class SentinelRedis : IAsyncLifetime
{
    public RedisSentinels Sentinels { get; private set; } = null!;

    public async Task InitializeAsync() => Sentinels = await RedisSentinels.StartAsync();

    public async Task DisposeAsync() => await Sentinels.DisposeAsync();
}

public sealed class ClusterRedis : IAsyncLifetime
{
    public RedisCluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync() => Cluster = await RedisCluster.StartAsync();

    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}
