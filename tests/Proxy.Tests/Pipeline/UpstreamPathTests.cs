using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Pipeline;

/// <summary>The reference's rules about upstreams: what arrives there, byte for byte.</summary>
public sealed class UpstreamPathTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly X509Certificate2 _certificate = SelfSigned();
    private StubService _plain = null!;
    private StubService _tls = null!;

    public async Task InitializeAsync()
    {
        _plain = await StubService.StartAsync();
        _tls = await StubService.StartAsync(_certificate);
    }

    public async Task DisposeAsync()
    {
        await _plain.DisposeAsync();
        await _tls.DisposeAsync();
        _certificate.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("/plain/a?q=1", "/plain/a?q=1")]
    [InlineData("/plain//a/", "/plain/a")]
    [InlineData("/base/a", "/root/base/a")]
    [InlineData("/api/users/1", "/users/1")]
    [InlineData("/api", "/")]
    [InlineData("/x/v1/y/v1", "/x/v1/y/v1")]
    [InlineData("/apiary", "/apiary")]
    [InlineData("/query", "/query")]
    [InlineData("/query?a=b", "/query?a=b")]
    public async Task Path_arrives_without_the_leading_segments_that_are_stripped(string sent, string arrived)
    {
        Assert.Equal(200, await SendAsync(sent, ""));
        Assert.Equal(arrived, _plain.Arrived.Single().Target);
    }

    [Theory]
    [InlineData("/api/users/1", "/users/1")]
    [InlineData("/api", "/")]
    [InlineData("/api/api/x", "/api/x")]
    [InlineData("/x/v1/y/v1", "/x/y/v1")]
    [InlineData("/x/v10/y?v1=/v1", "/x0/y?v1=/v1")]
    [InlineData("/base/a", "/root/base/a")]
    public async Task Asked_for_the_first_occurrence_is_stripped_wherever_it_stands(string sent, string arrived)
    {
        Assert.Equal(200, await SendAsync(sent, ", strip_path: first_occurrence"));
        Assert.Equal(arrived, _plain.Arrived.Single().Target);
    }

    [Fact]
    public async Task Path_that_stripping_leaves_without_a_slash_is_refused()
    {
        Assert.Equal(400, await SendAsync("/apiary", ", strip_path: first_occurrence"));
        Assert.Empty(_plain.Arrived);
    }

    [Theory]
    [InlineData("/host/a", "up.test")]
    [InlineData("/plain/a", null)]
    public async Task Host_is_the_upstreams_own_unless_the_clients_is_preserved(string sent, string? host)
    {
        await SendAsync(sent, "");

        Assert.Equal(host ?? new Uri(_plain.Address).Authority, _plain.Arrived.Single().Headers["Host"]);
    }

    [Fact]
    public async Task Upstream_with_tls_is_asked_over_tls()
    {
        Assert.Equal(200, await SendAsync("/sec", ""));
        Assert.Equal("/sec", _tls.Arrived.Single().Target);
    }

    private async Task<int> SendAsync(string target, string accessRules)
    {
        var rules = File.ReadAllText(Path.Combine(Repository.Root, "tests", "Rules.Tests", "OathkeeperRules", "13-upstream.yaml"))
            .Replace("http://one.test:81", _plain.Address, StringComparison.Ordinal)
            .Replace("https://one.test", _tls.Address, StringComparison.Ordinal)
            .Replace("http://one.test", _plain.Address, StringComparison.Ordinal)
            .Replace("user:pass@one.test", $"user:pass@{new Uri(_plain.Address).Authority}", StringComparison.Ordinal);
        var authority = _folder.Write("ca.pem", _certificate.ExportCertificatePem());
        await using var proxy = await RunningProxy.StartAsync(rules, $"forwarding: {{ tls: {{ \"{_tls.Address}\": {{ ca: {authority} }} }} }}", accessRules: accessRules);

        var answer = await RawRequest.SendAsync(proxy.Address, $"GET {target} HTTP/1.1\r\nHost: up.test\r\nConnection: close\r\n\r\n");

        return int.Parse(answer.AsSpan("HTTP/1.1 ".Length, 3), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        var request = new CertificateRequest("CN=upstream", key, HashAlgorithmName.SHA256) { CertificateExtensions = { names.Build(), new X509BasicConstraintsExtension(true, false, 0, true) } };
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
