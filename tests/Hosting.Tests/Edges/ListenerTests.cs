using System.Net;
using System.Net.Sockets;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Edges;

namespace AuthProxy.Hosting.Tests.Edges;

public sealed class ListenerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("authproxy-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Requests_know_their_listener_over_http1_and_h2c()
    {
        await using var server = await EdgeServer.StartAsync(edges => edges
            .Listen("proxy", new ListenerSettings("localhost", 0, H2cPort: 0))
            .Listen("api", new ListenerSettings("127.0.0.1", 0)));

        Assert.Equal("proxy", await server.GetAsync($"http://127.0.0.1:{server.Listeners.PortOf("proxy")}/"));
        Assert.Equal("proxy", await server.GetAsync($"http://127.0.0.1:{server.Listeners.PortOf("proxy.h2c")}/", HttpVersion.Version20));
        Assert.Equal("api", await server.GetAsync($"http://127.0.0.1:{server.Listeners.PortOf("api")}/"));
    }

    [Fact]
    public async Task Unix_socket_is_for_our_own_user_only_and_replaces_a_stale_one()
    {
        var path = Path.Combine(_folder.FullName, "admin.sock");
        using (var stale = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // Moved away, so that closing does not remove it: as after a kill.
            stale.Bind(new UnixDomainSocketEndPoint(path + ".bound"));
            File.Move(path + ".bound", path);
        }

        Assert.True(File.Exists(path));
        await using var server = await EdgeServer.StartAsync(edges => edges.Listen("admin", new ListenerSettings("127.0.0.1", 0, Socket: path)));

        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        using var handler = new SocketsHttpHandler { ConnectCallback = (_, cancellation) => ConnectAsync(path, cancellation) };
        using var client = new HttpClient(handler);
        Assert.Equal("admin", await client.GetStringAsync(new Uri("http://admin/")));
    }

    [Fact]
    public async Task Other_kinds_of_file_are_not_removed_for_a_socket()
    {
        var path = Path.Combine(_folder.FullName, "notes.txt");
        await File.WriteAllTextAsync(path, "keep");

        await Assert.ThrowsAnyAsync<Exception>(() => EdgeServer.StartAsync(edges => edges.Listen("admin", new ListenerSettings("127.0.0.1", 0, Socket: path))));
        Assert.Equal("keep", await File.ReadAllTextAsync(path));
    }

    [Theory]
    [InlineData("host: 0.0.0.0", "host is 0.0.0.0 without TLS; give tls, or listen on 127.0.0.1")]
    [InlineData("host: example.com", "host is example.com; write an IP address, localhost, or * for all")]
    [InlineData("port: 65536", "port is 65536; at most 65535")]
    [InlineData("{ port: 1, socket: x }", "socket stands in place of host, port, h2c_port and tls; remove those")]
    [InlineData("tls: { cert: { path: no-such-file }, key: { path: no-such-file } }", "tls names a file that cannot be read")]
    [InlineData("tls: { cert: { path: a, base64: b }, key: { path: c } }", "tls.cert needs exactly one of path and base64")]
    [InlineData("tls: { cert: { base64: bm90IGEgY2VydA== }, key: { base64: eA== } }", "tls holds no PEM certificate, or no unencrypted key that belongs to it")]
    public void Faults_say_what_would_be_right(string yaml, string fault)
    {
        var faults = new ConfigFaults();
        var node = ConfigReader.ReadText(yaml, "c.yaml", faults)[0];

        Assert.Null(ListenerSettings.Schema("proxy", "", 4455, requireTls: true).Read(node, faults));
        Assert.Equal("c.yaml:1: " + fault, Assert.Single(faults).ToString());
    }

    [Theory]
    [InlineData("{}", true), InlineData("host: '::1'", true), InlineData("host: '[::1]'", true), InlineData("host: localhost", true), InlineData("host: '*'", false), InlineData("socket: /x", true)]
    public void Loopback_is_told_from_the_rest(string yaml, bool loopback)
    {
        var faults = new ConfigFaults();

        Assert.Equal(loopback, ListenerSettings.Schema("proxy", "", 4455).Read(ConfigReader.ReadText(yaml, "c.yaml", faults)[0], faults)!.IsLoopback);
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
