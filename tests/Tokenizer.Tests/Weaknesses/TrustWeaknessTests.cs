using System.Net;
using System.Security.Cryptography.X509Certificates;
using AuthProxy.TestKit;
using AuthProxy.Tokenizer.Tests.Hosted;
using AuthProxy.Tokenizer.Tests.Logins;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Tokenizer.Tests.Weaknesses;

/// <summary>Weaknesses in whom LunaDefend believes and how it answers (docs/lunadefend.md), and that they are not here.</summary>
public class TrustWeaknessTests : VaultTests
{
    /// <summary>Keys were fetched from whoever answered: the certificate was not looked at.</summary>
    [Fact]
    public async Task W11_keys_are_not_taken_from_a_server_whose_certificate_is_not_trusted()
    {
        using var authority = new TestAuthority("nobody's");
        var (certificate, key) = authority.Issue("keys", TestAuthority.ServerUse);
        using var identity = X509Certificate2.CreateFromPem(certificate, key);
        using var exported = X509CertificateLoader.LoadPkcs12(identity.Export(X509ContentType.Pkcs12), null);
        var asked = 0;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var port = Loopback.FreePorts(1)[0];
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseHttps(exported)));
        await using var server = builder.Build();
        server.Run(context =>
        {
            Interlocked.Increment(ref asked);
            return context.Response.WriteAsync("""{"keys":[]}""");
        });
        await server.StartAsync();
        await using var host = await VaultHost.StartAsync(
            more: $"- {{ name: tls, roles: [application], issuer: tls, jwks_url: \"https://127.0.0.1:{port}/keys\", applications: [bank] }}");

        var answer = await host.Services.SendAsync(HttpMethod.Post, "/grant/verify", Calls.Json("{}"), ("Authorization", Mint.ApplicationToken(host, issuer: "tls")));

        answer.IsRefused(503, "keys-unavailable");
        Assert.Equal(0, asked);
        Assert.Contains(host.LogLines, line => line.Contains("Could not read the keys of trust entry tls", StringComparison.Ordinal));
    }

    /// <summary>Keys were read once per process: a rotation needed a restart, and a withdrawn key was good until then.</summary>
    [Fact]
    public async Task W11_what_a_withdrawn_key_signed_is_not_believed_for_the_rest_of_its_life()
    {
        var old = LoginMint.Partner(Host, null, "application");
        const string body = """{"sessionId":"p1","tokenId":"lunasec-00000000-0000-4000-8000-000000000000","authProvider":"partners"}""";
        (await Host.Services.SendAsync(HttpMethod.Post, "/grant/verify", Calls.Json(body), ("Authorization", old))).IsGood();
        var next = Jose.SigningKey.Generate(Jose.JwtAlgorithms.RS256);
        Host.ChangePartnersKey(next);
        Host.Clock.Advance(TimeSpan.FromSeconds(6));

        (await Host.Services.SendAsync(HttpMethod.Post, "/grant/verify", Calls.Json(body), ("Authorization", LoginMint.Partner(Host, null, "application", next)))).IsGood();
        (await Host.Services.SendAsync(HttpMethod.Post, "/grant/verify", Calls.Json(body), ("Authorization", old))).IsRefused(401, "credentials-invalid");
    }

    /// <summary>One key signed users and the application: a broken-in backend could mint any session.</summary>
    [Fact]
    public async Task W20_where_a_proxy_owns_the_session_the_applications_key_makes_no_user()
    {
        foreach (var token in new[]
        {
            LoginMint.Staff(Host, "state", "alice", "sid-alice", Host.BankKey, change: claims => (claims["iss"], claims["aud"]) = ("bank", "tokenizer:bank")),
            Mint.ApplicationToken(Host),
            Mint.Assertion(Host, Alice, key: Host.BankKey, issuer: "bank"),
        })
        {
            (await Host.Users.SendAsync(HttpMethod.Get, $"/session/create?state=state&openid_token={token}", null, ("Host", VaultHost.VaultHostName))).IsRefused(404, "route-unknown");
            (await Host.Users.SendAsync(HttpMethod.Post, "/tokenize", Calls.Json("{}"), ("Host", VaultHost.VaultHostName), ("X-Auth-Assertion", token))).IsRefused(401, "assertion-invalid");
            (await Host.Users.SendAsync(HttpMethod.Post, "/tokenize", Calls.Json("{}"), ("Host", VaultHost.VaultHostName), ("Authorization", token))).IsRefused(401, "assertion-missing");
            (await Host.Users.SendAsync(HttpMethod.Post, "/tokenize", Calls.Json("{}"), ("Host", VaultHost.VaultHostName), ("Cookie", $"__Host-tokenizer-session={token}")))
                .IsRefused(401, "assertion-missing");
        }
    }

    /// <summary>The same in the other direction: where an application owns the session, no proxy makes users.</summary>
    [Fact]
    public async Task W20_where_the_application_owns_the_session_a_gateways_key_makes_no_user() =>
        (await Host.Users.SendAsync(HttpMethod.Post, "/tokenize", Calls.Json("{}"),
            ("Host", VaultHost.DeskHostName), ("X-Auth-Assertion", Mint.Assertion(Host, Alice, "tokenizer:desk")), ("Origin", "http://" + VaultHost.DeskHostName)))
            .IsRefused(400, "credentials-ambiguous");

    /// <summary>The 401 came without the envelope, which made clients throw; everything else was 400 or 500.</summary>
    [Fact]
    public async Task W21_every_refusal_has_the_envelope_and_a_status_of_its_own()
    {
        var visitor = new Visitor(Host);
        (await visitor.PostAsync("/tokenize", "{}")).IsRefused(401, "session-required");
        (await visitor.GetAsync("/session/create")).IsRefused(400, "login-failed");
        (await visitor.SignInAsync("alice", "s1")).IsGood();
        (await visitor.DetokenizeAsync("lunasec-00000000-0000-4000-8000-000000000000")).IsRefused(403, "grant-missing");
        (await visitor.DetokenizeAsync("no token")).IsRefused(400, "token-malformed");
    }

    /// <summary>Texts of libraries and of the store went to the client.</summary>
    [Fact]
    public async Task W22_a_client_is_told_the_refusals_name_and_nothing_of_its_cause()
    {
        var visitor = new Visitor(Host);
        var (_, state) = await visitor.BeginAsync();

        var answer = await visitor.CompleteAsync(state, LoginMint.Staff(Host, state, "alice", "s1", Host.BankKey));

        Assert.Equal(["errorMessage", "errorName", "message", "name", "traceId"], answer.Json.GetProperty("error").EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal("The sign-in did not succeed, or belongs to another browser.", answer.Json.GetProperty("error").GetProperty("message").GetString());
    }

    /// <summary>With a cookie that goes along by itself, a foreign page could send simple posts.</summary>
    [Fact]
    public async Task W23_a_post_with_the_cookie_must_say_that_it_comes_from_the_vaults_own_page()
    {
        var visitor = await Visitor.SignedInAsync(Host, "alice", "s1");

        foreach (var headers in new (string, string)[][]
        {
            [], [("Origin", VaultHost.DeskOrigin)], [("Origin", "null")], [("Origin", "https://evil.test")], [("Sec-Fetch-Site", "cross-site")], [("Sec-Fetch-Site", "same-site")],
            [("Origin", "http://" + VaultHost.DeskHostName), ("Sec-Fetch-Site", "cross-site")],
        })
        {
            (await visitor.SendAsync(HttpMethod.Post, "/tokenize", Calls.Json("{}"), headers)).IsRefused(403, "cross-origin-refused");
        }

        (await visitor.SendAsync(HttpMethod.Post, "/tokenize", Calls.Json("{}"), ("Sec-Fetch-Site", "same-origin"))).IsGood();
        (await visitor.SendAsync(HttpMethod.Post, "/tokenize", Calls.Json("{}", "text/plain"), ("Sec-Fetch-Site", "same-origin"))).IsRefused(415, "content-type-unsupported");
        (await visitor.SendAsync(HttpMethod.Post, "/session/create", Calls.Json("{}"))).IsRefused(405, "method-not-allowed");
    }

    /// <summary>The session's mark was an unsalted hash of its id, which anybody could compute for ids that can be guessed.</summary>
    [Fact]
    public async Task W24_the_sessions_mark_cannot_be_computed_from_its_id()
    {
        var visitor = await Visitor.SignedInAsync(Host, "alice", "1");
        var mark = (await visitor.PostAsync("/tokenize", "{}")).Header("lunasec-session-hash")!;

        Assert.Equal(64, mark.Length);
        Assert.NotEqual(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("1"u8)), mark);
        Assert.Equal(mark, (await visitor.PostAsync("/tokenize", "{}")).Header("lunasec-session-hash"));
        var foreign = await visitor.SendAsync(
            HttpMethod.Post, "/tokenize", Calls.Json("{}"), ("Origin", "http://" + VaultHost.DeskHostName), ("lunasec-session-hash", mark.Replace(mark[0], mark[0] == '0' ? '1' : '0')));
        foreign.IsRefused(401, "session-hash-mismatch");
    }

    /// <summary>One way of starting the server left grants and metadata without any authentication.</summary>
    [Theory]
    [InlineData("/grant/set"), InlineData("/grant/verify"), InlineData("/v1/grants/verify"), InlineData("/v1/sessions/end"), InlineData("/v1/sessions/adopt")]
    public async Task W29_nothing_is_answered_without_credentials(string path) =>
        (await Host.Services.SendAsync(HttpMethod.Post, path, Calls.Json("{}"))).IsRefused(401, "credentials-missing");
}
