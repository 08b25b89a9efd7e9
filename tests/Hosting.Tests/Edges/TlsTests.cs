using System.Net;
using System.Security.Cryptography.X509Certificates;
using AuthProxy.Hosting.Edges;
using AuthProxy.TestKit;

namespace AuthProxy.Hosting.Tests.Edges;

public sealed class TlsTests : IDisposable
{
    private static readonly TimeSpan Noticed = TimeSpan.FromMilliseconds(500);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("authproxy-");
    private readonly TestAuthority _authority = new("test authority");
    private readonly FakeClock _clock = new();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Changed_certificate_is_shown_without_a_restart_and_a_broken_one_is_not_taken()
    {
        Write(_authority.Issue("one", TestAuthority.ServerUse));
        await using var server = await StartAsync(clientCa: null);
        Assert.Equal("CN=one", await NameShownAsync(server));

        Write(_authority.Issue("two", TestAuthority.ServerUse));
        _clock.Advance(Noticed);
        Assert.Equal("CN=two", await NameShownAsync(server));

        Write((_authority.Issue("three", TestAuthority.ServerUse).Certificate, _authority.Issue("four", TestAuthority.ServerUse).Key));
        _clock.Advance(Noticed);
        Assert.Equal("CN=two", await NameShownAsync(server));

        Write(("", ""));
        _clock.Advance(Noticed);
        Assert.Equal("CN=two", await NameShownAsync(server));

        Write(_authority.Issue("five", TestAuthority.ServerUse));
        _clock.Advance(Noticed);
        Assert.Equal("CN=five", await NameShownAsync(server));
    }

    [Fact]
    public async Task Http2_is_spoken_over_tls()
    {
        Write(_authority.Issue("one", TestAuthority.ServerUse));
        await using var server = await StartAsync(clientCa: null);

        Assert.Equal("proxy", await server.GetAsync(UrlOf(server), HttpVersion.Version20));
    }

    [Fact]
    public async Task Client_must_bring_a_certificate_of_the_named_authority()
    {
        Write(_authority.Issue("server", TestAuthority.ServerUse));
        await using var server = await StartAsync(new TlsSource(WriteFile("ca.pem", _authority.Pem), null));

        using var ours = Load(_authority.Issue("client", TestAuthority.ClientUse));
        Assert.Equal("proxy", await server.GetAsync(UrlOf(server), client: ours));

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => server.GetAsync(UrlOf(server)));

        using var stranger = new TestAuthority("test authority");
        using var foreign = Load(stranger.Issue("client", TestAuthority.ClientUse));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => server.GetAsync(UrlOf(server), client: foreign));

        using var wrongUse = Load(_authority.Issue("another server", TestAuthority.ServerUse));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => server.GetAsync(UrlOf(server), client: wrongUse));
    }

    [Fact]
    public async Task Authorities_are_reloaded_too()
    {
        Write(_authority.Issue("server", TestAuthority.ServerUse));
        await using var server = await StartAsync(new TlsSource(WriteFile("ca.pem", _authority.Pem), null));
        using var successor = new TestAuthority("successor");
        using var client = Load(successor.Issue("client", TestAuthority.ClientUse));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => server.GetAsync(UrlOf(server), client: client));

        WriteFile("ca.pem", _authority.Pem + "\n" + successor.Pem);
        _clock.Advance(Noticed);

        Assert.Equal("proxy", await server.GetAsync(UrlOf(server), client: client));
    }

    [Fact]
    public void Empty_list_of_authorities_is_refused()
    {
        Write(_authority.Issue("server", TestAuthority.ServerUse));

        Assert.False(TlsMaterial.TryRead(Settings(new TlsSource(WriteFile("ca.pem", "\n"), null)), out _, out _));
    }

    private static string UrlOf(EdgeServer server) => $"https://127.0.0.1:{server.Listeners.PortOf("proxy")}/";

    private static X509Certificate2 Load((string Certificate, string Key) pem) => X509Certificate2.CreateFromPem(pem.Certificate, pem.Key);

    private static async Task<string> NameShownAsync(EdgeServer server)
    {
        var name = "";
        await server.GetAsync(UrlOf(server), seen: certificate => name = certificate.Subject);
        return name;
    }

    private Task<EdgeServer> StartAsync(TlsSource? clientCa) =>
        EdgeServer.StartAsync(edges => edges.Listen("proxy", new ListenerSettings("127.0.0.1", 0, Tls: Settings(clientCa))), time: _clock);

    private TlsSettings Settings(TlsSource? clientCa) =>
        new(new TlsSource(PathOf("tls.crt"), null), new TlsSource(PathOf("tls.key"), null), clientCa);

    private void Write((string Certificate, string Key) pem)
    {
        WriteFile("tls.crt", pem.Certificate);
        WriteFile("tls.key", pem.Key);
    }

    private string WriteFile(string name, string content)
    {
        File.WriteAllText(PathOf(name), content);
        return PathOf(name);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
