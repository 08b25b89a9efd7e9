using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Jose;
using AuthProxy.Proxy.OpenIdConnect;
using AuthProxy.TestKit;
using Microsoft.AspNetCore.Http;
using static AuthProxy.Proxy.Tests.OpenIdConnect.LoginWorld;

namespace AuthProxy.Proxy.Tests.OpenIdConnect.Clients;

public sealed class ClientAuthenticationTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<string> _assertions = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ES256"), InlineData("RS256")]
    public async Task Key_signs_an_assertion_for_this_issuer_that_lives_a_minute_at_most(string algorithm)
    {
        var key = SigningKey.Generate(algorithm);
        await using var world = await WithKeyAsync(key.ToPem());

        Assert.Equal(200, (await world.NewBrowser().SignInAsync()).Status);
        var token = await VerifiedAsync(world, key, Assert.Single(_assertions));

        Assert.Equal((StubProvider.ClientId, StubProvider.ClientId, world.Provider.Issuer), (token.Issuer, token.Subject, token.Audiences.Single()));
        Assert.Equal(("client-authentication+jwt", algorithm, key.KeyId), (token.Type, token.Algorithm, token.KeyId));
        Assert.InRange(token.ExpiresAt!.Value - token.IssuedAt!.Value, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60));
        Assert.True(token.JwtId!.Length >= 20);
    }

    [Theory]
    [InlineData("client_key: !, client_assertion_audience: token_endpoint", "client_key: !", "a", true)]
    [InlineData("client_key: !, client_assertion_audience: token_endpoint", "client_key: !", "b", false)]
    [InlineData("client_key: !, client_assertion_audience: token_endpoint", "client_key: ?, client_assertion_audience: token_endpoint", "a", false)]
    [InlineData("client_key: !", "client_key: !", "a", false)]
    [InlineData("client_assertion_file: token", "client_assertion_file: ./token", "a", true)]
    [InlineData("client_assertion_file: token", "client_assertion_file: token", "b", false)]
    public void Mix_up_assertion_that_a_provider_could_show_another_is_a_fault(string one, string other, string otherId, bool isFault)
    {
        _folder.Write("token", JwtSigner.Sign(SigningKey.Generate(), "JWT", _ => { }));
        var (key, another) = (SigningKey.Generate().ToPem(), SigningKey.Generate().ToPem());
        var faults = new ConfigFaults();

        Read($"serve: {{ proxy: {{ public_urls: [https://a.example.com] }} }}\nauthenticators: {{ oidc: {{ config: {{ providers: {{ x: {{ {Of(one, "a")} }}, y: {{ {Of(other, otherId)} }} }} }} }} }}").ReadOidc(faults);

        Assert.True(faults.Count == (isFault ? 1 : 0) && faults.All(fault => fault.ToString().Contains("'x' and 'y'", StringComparison.Ordinal)), string.Join('\n', faults));

        string Of(string keys, string id) => $"issuer: https://id.example.com, client_id: {id}, client_authentication: private_key_jwt, " + keys
            .Replace("!", JsonSerializer.Serialize(key), StringComparison.Ordinal).Replace("?", JsonSerializer.Serialize(another), StringComparison.Ordinal)
            .Replace("./token", _folder.Path + "/./token", StringComparison.Ordinal).Replace(": token", $": {_folder.Path}/token", StringComparison.Ordinal)
            .Replace($": {_folder.Path}/token_endpoint", ": token_endpoint", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Assertion_is_never_shown_twice()
    {
        await using var world = await WithKeyAsync(SigningKey.Generate().ToPem());
        await world.NewBrowser().SignInAsync();
        await world.NewBrowser().SignInAsync();

        Assert.Equal(2, _assertions.Select(assertion => Claims(assertion).GetProperty("jti").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Audience_and_typ_are_what_an_older_provider_wants()
    {
        await using var world = await WithKeyAsync(SigningKey.Generate().ToPem(), ", client_assertion_audience: token_endpoint, client_assertion_typ: JWT");
        await world.NewBrowser().SignInAsync();
        var read = Assert.IsType<JwtReadOutcome.Read>(UnverifiedJwt.Read(Assert.Single(_assertions))).Jwt;

        Assert.Equal((world.Provider.Issuer + "/token", "JWT"), (read.Claims.GetProperty("aud").GetString(), read.Type));
    }

    [Fact]
    public async Task Web_key_signs_under_the_id_and_by_the_algorithm_that_it_names()
    {
        using var rsa = RSA.Create(2048);
        await using var world = await WithKeyAsync(Jwk(rsa, "PS256", "registered-id"));
        await world.NewBrowser().SignInAsync();
        var read = Assert.IsType<JwtReadOutcome.Read>(UnverifiedJwt.Read(Assert.Single(_assertions))).Jwt;

        Assert.Equal(("PS256", "registered-id"), (read.Algorithm, read.KeyId));
    }

    [Fact]
    public async Task Changed_key_signs_from_then_on_and_a_broken_one_never()
    {
        var (first, second) = (SigningKey.Generate(), SigningKey.Generate());
        await using var world = await WithKeyAsync(first.ToPem());
        await world.NewBrowser().SignInAsync();

        await WriteAsync(world, "client.pem", "-----BEGIN PRIVATE KEY-----\nbroken\n-----END PRIVATE KEY-----");
        await world.NewBrowser().SignInAsync();
        await WriteAsync(world, "client.pem", second.ToPem());
        await world.NewBrowser().SignInAsync();

        Assert.Equal(
            [first.KeyId, first.KeyId, second.KeyId],
            _assertions.Select(assertion => Assert.IsType<JwtReadOutcome.Read>(UnverifiedJwt.Read(assertion)).Jwt.KeyId));
    }

    [Fact]
    public async Task Assertion_of_a_file_is_shown_as_it_is_and_read_again_when_it_changes()
    {
        var (first, second) = (ServiceAccountToken("pod-1"), ServiceAccountToken("pod-2"));
        await using var world = await WithAssertionAsync(first);
        await world.NewBrowser().SignInAsync();
        await WriteAsync(world, "token", second + "\n");
        await world.NewBrowser().SignInAsync();

        Assert.Equal([first, second], _assertions);
    }

    [Theory]
    [InlineData("no token at all"), InlineData("-----BEGIN PRIVATE KEY-----"), InlineData("a.b.c")]
    public async Task Whatever_else_lies_in_the_assertions_file_is_never_sent(string text)
    {
        await using var world = await WithAssertionAsync(ServiceAccountToken("pod-1"));
        await WriteAsync(world, "token", text);

        var answer = await world.NewBrowser().SignInAsync();

        Assert.Equal((503, "provider-unavailable"), (answer.Status, answer.Reason));
        Assert.Equal(0, world.Provider.TokenRequests);
        Assert.DoesNotContain(text, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Assertion_that_is_too_large_is_never_sent()
    {
        await using var world = await WithAssertionAsync(ServiceAccountToken("pod-1"));
        await WriteAsync(world, "token", ServiceAccountToken(new string('x', 20_000)));

        Assert.Equal(503, (await world.NewBrowser().SignInAsync()).Status);
        Assert.Equal(0, world.Provider.TokenRequests);
    }

    [Fact]
    public async Task Public_client_shows_its_name_and_nothing_else()
    {
        IFormCollection? seen = null;
        await using var world = await LoginWorld.StartAsync(provider => $"issuer: '{provider.Issuer}', client_id: {StubProvider.ClientId}");
        world.Provider.IsItsClient = (request, form) =>
        {
            seen = form;
            return request.Headers.Authorization.Count == 0;
        };

        Assert.Equal(200, (await world.NewBrowser().SignInAsync()).Status);
        Assert.Equal(["client_id", "code", "code_verifier", "grant_type", "redirect_uri"], seen!.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Client_that_the_provider_does_not_know_logs_nobody_in()
    {
        await using var world = await LoginWorld.StartAsync();
        world.Provider.IsItsClient = (_, _) => false;

        var answer = await world.NewBrowser().SignInAsync();

        Assert.Equal((400, "login-failed"), (answer.Status, answer.Reason));
    }

    [Theory]
    [InlineData("client_authentication: private_key_jwt", "needs one of client_key and client_assertion_file")]
    [InlineData("client_authentication: private_key_jwt, client_secret: x", "client_secret has no use")]
    [InlineData("client_authentication: private_key_jwt, client_key: nonsense", "client_key cannot be used: there is no PEM block")]
    [InlineData("client_authentication: private_key_jwt, client_key: '{\"kty\":\"oct\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"alg\":\"HS256\",\"kid\":\"x\"}'", "cannot be used")]
    [InlineData("client_authentication: private_key_jwt, client_assertion_file: /does/not/exist", "client_assertion_file is /does/not/exist, which does not exist")]
    [InlineData("client_key: x", "client_key is for client_authentication: private_key_jwt")]
    [InlineData("client_assertion_file: /etc/hostname", "client_assertion_file is for client_authentication: private_key_jwt")]
    [InlineData("client_assertion_typ: JWT", "client_assertion_typ is for client_authentication: private_key_jwt")]
    [InlineData("client_authentication: none", "write one of client_secret_basic, client_secret_post, private_key_jwt")]
    public void Client_that_could_not_prove_itself_is_a_fault(string client, string fault)
    {
        var faults = new ConfigFaults();

        var settings = Read($"serve: {{ proxy: {{ public_urls: [https://a.example.com] }} }}\nauthenticators: {{ oidc: {{ config: {{ issuer: https://id.example.com, client_id: x, {client} }} }} }}");
        AuthProxy.Proxy.OpenIdConnect.OpenIdConnectExtensions.ReadOidc(settings, faults);

        Assert.Contains(faults, found => found.ToString().Contains(fault, StringComparison.Ordinal));
    }

    private async Task<LoginWorld> WithKeyAsync(string key, string more = "")
    {
        var path = _folder.Write("client.pem", key);
        return Recorded(await LoginWorld.StartAsync(
            provider => $"issuer: '{provider.Issuer}', client_id: {StubProvider.ClientId}, client_authentication: private_key_jwt, client_key_file: {path}{more}"));
    }

    private async Task<LoginWorld> WithAssertionAsync(string assertion)
    {
        var path = _folder.Write("token", assertion);
        return Recorded(await LoginWorld.StartAsync(
            provider => $"issuer: '{provider.Issuer}', client_id: {StubProvider.ClientId}, client_authentication: private_key_jwt, client_assertion_file: {path}"));
    }

    private LoginWorld Recorded(LoginWorld world)
    {
        world.Provider.IsItsClient = (request, form) =>
        {
            _assertions.Add(form["client_assertion"].ToString());
            return request.Headers.Authorization.Count == 0 && form["client_id"] == StubProvider.ClientId && !form.ContainsKey("client_secret")
                && form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        };
        return world;
    }

    private async Task WriteAsync(LoginWorld world, string name, string text)
    {
        _folder.Write(name, text);
        world.Clock.Advance(TimeSpan.FromSeconds(5));
        await Task.Yield();
    }

    private static async Task<VerifiedJwt> VerifiedAsync(LoginWorld world, SigningKey key, string assertion)
    {
        var policy = new JwtPolicy { Algorithms = [key.Algorithm], Type = JwtTypes.ClientAuthentication };
        var outcome = await new JwtVerifier(world.Clock).VerifyAsync(assertion, policy, new FixedKeySource(key.VerificationKey), default);
        return Assert.IsType<JwtOutcome.Verified>(outcome).Jwt;
    }

    private static JsonElement Claims(string assertion) => Assert.IsType<JwtReadOutcome.Read>(UnverifiedJwt.Read(assertion)).Jwt.Claims;

    private static string ServiceAccountToken(string pod) => JwtSigner.Sign(SigningKey.Generate(), "JWT", json =>
    {
        json.WriteString("iss", "https://kubernetes.default.svc");
        json.WriteString("sub", "system:serviceaccount:bank:authproxy");
        json.WriteString("pod", pod);
    });

    private static string Jwk(RSA rsa, string algorithm, string id)
    {
        var parameters = rsa.ExportParameters(includePrivateParameters: true);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("kty", "RSA");
            json.WriteString("alg", algorithm);
            json.WriteString("kid", id);
            foreach (var (name, value) in new[]
            {
                ("n", parameters.Modulus), ("e", parameters.Exponent), ("d", parameters.D), ("p", parameters.P), ("q", parameters.Q),
                ("dp", parameters.DP), ("dq", parameters.DQ), ("qi", parameters.InverseQ),
            })
            {
                json.WriteString(name, System.Buffers.Text.Base64Url.EncodeToString(value));
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
