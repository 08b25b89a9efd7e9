using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthProxy.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace AuthProxy.EndToEnd.Tests.Edges;

/// <summary>An upstream with a certificate authority of its own, which wants to see our certificate.</summary>
public sealed class UpstreamTlsTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly int _port = Loopback.FreePorts(1)[0];
    private WebApplication _upstream = null!;

    public async Task InitializeAsync()
    {
        WriteCertificate("client", "CN=client");
        using var server = WriteCertificate("server", "CN=127.0.0.1");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _port, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = X509CertificateLoader.LoadPkcs12(server.Export(X509ContentType.Pkcs12), null);
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (certificate, _, _) => certificate.Subject == "CN=client";
        })));
        _upstream = builder.Build();
        _upstream.Run(context => context.Response.WriteAsync("hello " + context.Connection.ClientCertificate?.Subject));
        await _upstream.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _upstream.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Upstream_is_believed_by_its_own_authority_and_sees_our_certificate()
    {
        await using var proxy = await StartAsync($"ca: {_folder.Path}/server.crt, cert: {_folder.Path}/client.crt, key: {_folder.Path}/client.key");
        using var client = Loopback.Client();

        Assert.Equal("hello CN=client", await client.GetStringAsync(proxy.Address));
    }

    [Fact]
    public async Task Upstream_of_another_authority_is_not_reached()
    {
        await using var proxy = await StartAsync($"ca: {_folder.Path}/client.crt, cert: {_folder.Path}/client.crt, key: {_folder.Path}/client.key");
        using var client = Loopback.Client();
        using var answer = await client.GetAsync(proxy.Address);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains("upstream-unreachable", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private Task<ProxyProcess> StartAsync(string tls) => ProxyProcess.StartAsync(
        $"version: authproxy/v1\nrules:\n- {{ id: all, match: {{ path: /** }}, authenticators: [anonymous], mutators: [noop], upstream: \"https://127.0.0.1:{_port}\" }}\n",
        $"forwarding: {{ tls: {{ \"https://127.0.0.1:{_port}\": {{ {tls} }} }} }}");

    private X509Certificate2 WriteCertificate(string file, string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(100));
        _folder.Write(file + ".key", key.ExportPkcs8PrivateKeyPem());
        _folder.Write(file + ".crt", certificate.ExportCertificatePem());
        return certificate;
    }
}
