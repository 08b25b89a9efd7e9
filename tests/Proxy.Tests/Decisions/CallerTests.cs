using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Decisions;
using static AuthProxy.Proxy.Tests.Decisions.DecisionWorld;

namespace AuthProxy.Proxy.Tests.Decisions;

/// <summary>Who may ask: whoever has proved to be a listed caller, and nobody by the mere place it asks from.</summary>
public class CallerTests
{
    private static readonly string[] Question =
        ["X-Forwarded-Method: GET", "X-Forwarded-Proto: http", "X-Forwarded-Host: shop.test", "X-Forwarded-Uri: /open", "X-Original-Method: GET", "X-Original-URI: /open"];

    [Fact]
    public async Task Without_callers_nobody_may_ask()
    {
        await using var world = await StartAsync(serve: "");

        var answer = await world.SendAsync("GET /decisions/open HTTP/1.1", Question);

        Assert.Equal((403, "caller-unknown"), (StatusOf(answer), ReasonOf(answer)));
    }

    [Theory]
    [InlineData(), InlineData("X-AuthProxy-Caller-Key: wrong"), InlineData("X-AuthProxy-Caller-Key: "), InlineData("X_AuthProxy_Caller_Key: caddykkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk")]
    [InlineData("X-AuthProxy-Caller-Key: caddykkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", "X-AuthProxy-Caller-Key: caddykkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk")]
    [InlineData("Authorization: Bearer caddykkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk")]
    public async Task Headers_of_a_stranger_mean_nothing(params string[] proof)
    {
        await using var world = await StartAsync();

        var answer = await world.SendAsync("GET /decisions HTTP/1.1", [.. Question, .. proof]);

        Assert.Equal((403, "caller-unknown"), (StatusOf(answer), ReasonOf(answer)));
    }

    [Fact]
    public async Task Caller_with_its_key_in_another_network_is_a_stranger()
    {
        await using var world = await StartAsync(serve: $"decisions: {{ callers: [ {{ name: caddy, key: {KeyOf("caddy")}, networks: [10.0.0.0/8], hosts: [shop.test], convention: caddy }} ] }}");

        Assert.Equal("caller-unknown", ReasonOf(await world.AskAboutAsync("caddy", "GET", "/open")));
    }

    [Fact]
    public async Task Loopback_alone_is_proof_enough_on_one_machine()
    {
        await using var world = await StartAsync(serve: "decisions: { callers: [ { name: local, networks: [127.0.0.1], hosts: ['*'] } ] }");

        Assert.Equal(200, StatusOf(await world.SendAsync("GET /decisions/open HTTP/1.1")));
    }

    [Fact]
    public async Task Wrong_key_is_a_strangers_where_another_caller_needs_none()
    {
        await using var world = await StartAsync(serve:
            $"decisions: {{ callers: [ {{ name: local, networks: [127.0.0.1], hosts: ['*'] }}, {{ name: gateway, key: {KeyOf("gateway")}, hosts: ['*'], convention: nginx }} ] }}");

        // What a client may have added beside nginx's own would count by the convention of the caller that needs no key.
        var right = await world.AskAsync("gateway", "GET /decisions", "X-Original-Method: GET", "X-Original-URI: /closed", "X-Forwarded-Proto: http", "X-Forwarded-Uri: /open");
        var wrong = await world.SendAsync("GET /decisions/open HTTP/1.1", "X-AuthProxy-Caller-Key: old");

        Assert.Equal("access-denied", ReasonOf(right));
        Assert.Equal("caller-unknown", ReasonOf(wrong));
    }

    [Fact]
    public async Task Nothing_but_the_listener_that_was_named_answers_questions()
    {
        await using var world = await StartAsync(serve: "decisions: { listen: { port: 0 }, callers: [ { name: local, networks: [127.0.0.1], hosts: ['*'] } ] }");
        const string Request = "GET /decisions/open HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n";

        Assert.Equal(404, StatusOf(await Pipeline.RawRequest.SendAsync(world.Proxy.ApiAddress, Request)));
        Assert.Equal(404, StatusOf(await Pipeline.RawRequest.SendAsync(world.Proxy.Address, Request)));
        Assert.Equal(200, StatusOf(await Pipeline.RawRequest.SendAsync(world.Proxy.AddressOf("decisions"), Request)));
        Assert.Equal(404, StatusOf(await Pipeline.RawRequest.SendAsync(world.Proxy.AddressOf("decisions"), "GET /health/live HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n")));
    }

    [Fact]
    public async Task Unix_socket_is_proof_because_nobody_else_may_open_it()
    {
        await using var world = await StartAsync(serve: "decisions: { listen: { socket: '{folder}/decisions.sock' }, callers: [ { name: local, hosts: ['*'] } ] }");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(world.Proxy.Folder, "decisions.sock")));

        Assert.Equal(200, StatusOf(await SendAsync(socket, "GET /decisions/open HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n")));
    }

    [Fact]
    public async Task Without_the_proxys_listener_decisions_are_still_given()
    {
        await using var world = await StartAsync(proxy: ", enabled: false");

        Assert.Equal(200, StatusOf(await world.AskAboutAsync("nginx", "GET", "/open")));
        Assert.Throws<KeyNotFoundException>(() => world.Proxy.AddressOf("proxy"));
    }

    [Fact]
    public async Task Client_certificate_names_the_caller_and_one_of_another_name_is_a_strangers()
    {
        using var folder = new TestKit.TestFolder();
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var server = Issue(authority, "CN=server", null);
        folder.Write("ca.pem", authority.ExportCertificatePem());
        folder.Write("tls.crt", server.ExportCertificatePem());
        folder.Write("tls.key", server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await using var world = await StartAsync(serve:
            $"decisions: {{ listen: {{ port: 0, tls: {{ cert: {{ path: {folder.Path}/tls.crt }}, key: {{ path: {folder.Path}/tls.key }}, client_ca: {{ path: {folder.Path}/ca.pem }} }} }}, callers: [ {{ name: edge, certificate: 'spiffe://cluster/edge', hosts: ['*'] }} ] }}");
        var port = new Uri(world.Proxy.AddressOf("decisions")).Port;
        using var edge = Issue(authority, "CN=any", "spiffe://cluster/edge");
        using var other = Issue(authority, "CN=any", "spiffe://cluster/edge/more");
        using var common = Issue(authority, "CN=spiffe://cluster/edge", "spiffe://cluster/other");

        Assert.Equal(200, StatusOf(await AskOverTlsAsync(port, edge)));
        Assert.Equal("caller-unknown", ReasonOf(await AskOverTlsAsync(port, other)));
        Assert.Equal("caller-unknown", ReasonOf(await AskOverTlsAsync(port, common)));
    }

    [Fact]
    public void Common_name_counts_only_where_there_is_no_other_name_and_one_only()
    {
        using var alone = SelfSigned("CN=edge", null);
        using var beside = SelfSigned("CN=edge", "spiffe://cluster/other");
        using var two = SelfSigned("CN=edge, CN=other", null);

        Assert.Equal(["edge"], CertificateNames.Of(alone));
        Assert.Equal(["spiffe://cluster/other"], CertificateNames.Of(beside));
        Assert.Empty(CertificateNames.Of(two));
        Assert.Empty(CertificateNames.Of(null));
    }

    [Theory]
    [InlineData("*", "any.test", true), InlineData("shop.test", "shop.test", true), InlineData("Shop.test", "shop.test", true), InlineData("shop.test", "a.shop.test", false)]
    [InlineData("*.shop.test", "a.shop.test", true), InlineData("*.shop.test", "a.b.shop.test", true), InlineData("*.shop.test", "shop.test", false), InlineData("*.shop.test", "evilshop.test", false), InlineData("*.shop.test", ".shop.test", false)]
    public void Hosts_end_at_label_boundaries(string pattern, string host, bool expected)
    {
        var settings = new DecisionCallerSettings("c", [], null, null, [pattern], Proxy.Decisions.Conventions.Convention.Oathkeeper);

        Assert.Equal(expected, new Caller(settings, null).MayAskAbout(host));
    }

    [Theory]
    [InlineData("callers: [ { name: a, hosts: ['*'] } ]", "without proof")]
    [InlineData("callers: [ { name: a, networks: [10.0.0.0/8], hosts: ['*'] } ]", "without proof")]
    [InlineData("callers: [ { name: a, networks: [127.0.0.1, 10.0.0.0/8], hosts: ['*'] } ]", "without proof")]
    [InlineData("callers: [ { name: a, networks: ['::/0'], hosts: ['*'] } ]", "without proof")]
    [InlineData("callers: [ { name: a, networks: [126.0.0.0/7], hosts: ['*'] } ]", "without proof")]
    [InlineData("callers: [ { name: a, certificate: edge, hosts: ['*'] } ]", "client_ca")]
    [InlineData("callers: [ { name: a, key: short, hosts: ['*'] } ]", "at least 32")]
    [InlineData("callers: [ { name: a, key: 'kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk kkkk', hosts: ['*'] } ]", "without blanks")]
    [InlineData("callers: [ { name: a, key: kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk, hosts: ['*'] }, { name: b, key: kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk, hosts: ['*'] } ]", "key of its own")]
    [InlineData("callers: [ { name: a, networks: [127.0.0.1] } ]", "hosts")]
    [InlineData("callers: [ { name: a, networks: [127.0.0.1], hosts: [] } ]", "name the hosts")]
    [InlineData("callers: [ { name: a, networks: [127.0.0.1], hosts: ['shop.test:443'] } ]", "without a port")]
    [InlineData("callers: [ { name: a, networks: [127.0.0.1], hosts: ['shop.*'] } ]", "write hosts")]
    [InlineData("callers: [ { name: a, networks: [127.0.0.1], hosts: ['*'], convention: apache } ]", "nginx")]
    [InlineData("callers: [ { name: a, networks: [127.0.0.1], hosts: ['*'] }, { name: a, networks: [127.0.0.2], hosts: ['*'] } ]", "name of its own")]
    [InlineData("listen: { socket: /tmp/x.sock }, callers: [ { name: a, networks: [127.0.0.1], hosts: ['*'] } ]", "no address")]
    [InlineData("listen: { host: '*' }, callers: []", "without TLS")]
    public void What_would_believe_a_stranger_is_a_fault(string decisions, string expected)
    {
        var document = ConfigDocument.Parse($"serve: {{ decisions: {{ {decisions} }} }}", "test.yaml", "AUTHPROXY", new Dictionary<string, string>());

        Assert.Null(document.Read(ProxySettings.Schema));
        Assert.Contains(expected, string.Join('\n', document.Faults), StringComparison.Ordinal);
        Assert.DoesNotContain("kkkk", string.Join('\n', document.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Key_over_plain_HTTP_outside_loopback_is_a_fault()
    {
        var document = ConfigDocument.Parse(
            $"serve: {{ api: {{ host: '*' }}, decisions: {{ callers: [ {{ name: a, key: {KeyOf("a")}, hosts: ['*'] }} ] }} }}", "test.yaml", "AUTHPROXY", new Dictionary<string, string>());

        Assert.Null(document.Read(ProxySettings.Schema));
        Assert.Contains("plain HTTP outside loopback", string.Join('\n', document.Faults), StringComparison.Ordinal);
    }

    private static async Task<string> AskOverTlsAsync(int port, X509Certificate2 certificate)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using var tls = new SslStream(client.GetStream(), false, static (_, shown, _, _) => shown?.Subject == "CN=server");
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "127.0.0.1", ClientCertificates = [certificate] });
        await tls.WriteAsync(Encoding.Latin1.GetBytes("GET /decisions/open HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(tls, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string subject, string? uri)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = RequestFor(subject, uri, key).Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    private static X509Certificate2 SelfSigned(string subject, string? uri)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return RequestFor(subject, uri, key).CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
    }

    private static CertificateRequest RequestFor(string subject, string? uri, ECDsa key)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        if (uri is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddUri(new Uri(uri));
            request.CertificateExtensions.Add(names.Build());
        }

        return request;
    }
}
