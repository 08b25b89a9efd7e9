using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Edges;

/// <summary>Certificates come from files, change without a restart, and a broken one changes nothing.</summary>
public sealed class TlsTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private StubUpstream _upstream = null!;
    private ProxyProcess _proxy = null!;

    public async Task InitializeAsync()
    {
        _upstream = await StubUpstream.StartAsync();
        WriteCertificate("first");
        _proxy = await ProxyProcess.StartAsync(
            $"version: authproxy/v1\nrules:\n- {{ id: all, match: {{ path: /** }}, authenticators: [anonymous], mutators: [noop], upstream: \"{_upstream.Address.OriginalString}\" }}\n",
            environment: new Dictionary<string, string>
            {
                ["AUTHPROXY__SERVE__PROXY__TLS__CERT__PATH"] = Path.Combine(_folder.Path, "tls.crt"),
                ["AUTHPROXY__SERVE__PROXY__TLS__KEY__PATH"] = Path.Combine(_folder.Path, "tls.key"),
            });
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _upstream.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task New_certificate_is_taken_without_a_restart_and_a_broken_one_is_not()
    {
        Assert.Equal("CN=first", await SubjectShownAsync());

        WriteCertificate("second");
        await UntilAsync(async () => await SubjectShownAsync() == "CN=second");

        _folder.Write("tls.crt", "no certificate");
        await UntilAsync(() => Task.FromResult(_proxy.Process.Output.Contains("certificate", StringComparison.OrdinalIgnoreCase)));
        Assert.Equal("CN=second", await SubjectShownAsync());
    }

    [Fact]
    public async Task Both_HTTP_versions_are_offered_over_TLS()
    {
        foreach (var version in (Version[])[HttpVersion.Version11, HttpVersion.Version20])
        {
            using var handler = Loopback.Handler();
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Subject == "CN=first";
            using var client = new HttpClient(handler);
            using var request = new HttpRequestMessage(HttpMethod.Get, $"https://127.0.0.1:{_proxy.Port}/")
            {
                Version = version,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            request.Headers.Host = $"127.0.0.1:{_proxy.Port}";

            using var answer = await client.SendAsync(request);

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(version, answer.Version);
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(50);
        }

        Assert.Fail("It did not happen.");
    }

    private async Task<string> SubjectShownAsync()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _proxy.Port);
        await using var tls = new SslStream(client.GetStream(), false, static (_, certificate, _, _) => certificate?.Issuer == certificate?.Subject);
        await tls.AuthenticateAsClientAsync("127.0.0.1");
        return tls.RemoteCertificate!.Subject;
    }

    private void WriteCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(100));
        _folder.Write("tls.key", key.ExportPkcs8PrivateKeyPem());
        _folder.Write("tls.crt", certificate.ExportCertificatePem());
    }
}
