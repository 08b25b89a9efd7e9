using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Addresses;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.Tests.Configuration;

public class ProxySettingsTests
{
    [Fact]
    public void Empty_file_is_a_proxy_on_loopback()
    {
        var settings = Requests.Settings();

        Assert.True(settings.Serve.Proxy.Listener.IsLoopback);
        Assert.Equal((4455, 4456), (settings.Serve.Proxy.Listener.Port, settings.Serve.Api.Port));
        Assert.Equal("http://127.0.0.1:4456", settings.Assertion.Issuer);
        Assert.Equal(SessionStoreKind.Sqlite, settings.Sessions.Store);
        Assert.False(settings.Tokenizer.Enabled);
        Assert.Empty(settings.Serve.Proxy.TrustedNetworks);
    }

    [Fact]
    public void Public_urls_keep_only_what_is_not_the_schemes_own()
    {
        var settings = Requests.Settings("serve: { proxy: { public_urls: ['https://App.example.test:443/', 'http://bank.app.localhost:4455'] } }");

        Assert.Equal([new PublicAddress("https", "app.example.test"), new PublicAddress("http", "bank.app.localhost:4455")], settings.Serve.Proxy.PublicUrls);
    }

    [Fact]
    public void Environment_stands_over_the_file()
    {
        var document = ConfigDocument.Parse("realm: a", "test.yaml", "AUTHPROXY", new Dictionary<string, string> { ["AUTHPROXY__REALM"] = "b", ["AUTHPROXY__SERVE__PROXY__PORT"] = "5000" });

        var settings = document.Read(ProxySettings.Schema)!;
        Assert.Equal(("b", 5000), (settings.Realm, settings.Serve.Proxy.Listener.Port));
    }

    [Theory]
    [InlineData("relm: a", "relm is not a known key")]
    [InlineData("serve: { proxy: { host: 0.0.0.0 } }", "without TLS")]
    [InlineData("serve: { proxy: { public_urls: ['http://app.example.test'] } }", "write https")]
    [InlineData("serve: { proxy: { public_urls: ['https://app.example.test/x'] } }", "more than scheme, host and port")]
    [InlineData("serve: { proxy: { public_urls: ['https://app.localhost', 'http://APP.localhost'] } }", "name each host once")]
    [InlineData("serve: { proxy: { cors: { enabled: true, allow_credentials: true } } }", "allows any origin to send cookies")]
    [InlineData("serve: { proxy: { cors: { allowed_origins: ['https://*example.com'] } } }", "which is no host name")]
    [InlineData("serve: { proxy: { cors: { allowed_origins: ['example.com'] } } }", "write scheme and host")]
    [InlineData("serve: { proxy: { reserved_prefix: /a } }", "begin and end with a slash")]
    [InlineData("sessions: { idle: 2h, absolute: 1h }", "longer than absolute")]
    [InlineData("sessions: { store: file }", "sqlite, memory, redis")]
    [InlineData("assertion: { ttl: 2m }", "at most 60s")]
    [InlineData("assertion: { audiences: [tokenizer] }", "Tokenizer's own")]
    [InlineData("assertion: { audiences: [a, a] }", "once")]
    [InlineData("assertion: { audiences: ['tokenizer:bank'] }", "Tokenizer's own")]
    [InlineData("assertion: { audiences: ['bank:tokenizer'] }", "write 1 to 63 of a-z, 0-9, - and .")]
    [InlineData("assertion: { audiences: [bank, Bank] }", "begun with a letter or digit")]
    [InlineData("assertion: { audiences: ['https://bank.example'] }", "write 1 to 63")]
    [InlineData("assertion: { audiences: [''] }", "write 1 to 63")]
    [InlineData("tokenizer: { application: 'bank:x' }", "tokenizer.application is bank:x; write 1 to 63 of a-z, 0-9 and -")]
    [InlineData("tokenizer: { application: tokenizer-services }", "Tokenizer's own")]
    [InlineData("tokenizer: { vaults: [ { host: a.localhost, application: b.c } ] }", "application is b.c; write 1 to 63 of a-z, 0-9 and -")]
    [InlineData("tokenizer: { enabled: true }", "services_url")]
    [InlineData("tokenizer: { enabled: true, users_url: 'http://vault.example.test' }", "write https")]
    [InlineData("tokenizer: { enabled: true, users_url: 'http://127.0.0.1:1', vaults: [ { host: a.localhost, application: b } ] }", "public_urls")]
    [InlineData("log: { leak_sensitive_values: true }", "never logged")]
    public void Setting_that_cannot_be_meant_is_a_fault(string yaml, string fault)
    {
        var document = ConfigDocument.Parse(yaml, "test.yaml", "AUTHPROXY", new Dictionary<string, string>());

        Assert.Null(document.Read(ProxySettings.Schema));
        Assert.Contains(document.Faults, found => found.ToString().Contains(fault, StringComparison.Ordinal) && found.ToString().StartsWith("test.yaml", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("localhost", true), InlineData("bank.app.localhost", true), InlineData("127.0.0.1", true), InlineData("127.1.2.3", true), InlineData("[::1]", true)]
    [InlineData("localhost.evil.example", false), InlineData("notlocalhost", false), InlineData("10.0.0.1", false), InlineData("127.0.0.1.evil.example", false)]
    public void Loopback_is_this_machine_and_nothing_that_looks_like_it(string host, bool loopback) => Assert.Equal(loopback, Loopback.IsLoopback(host));

    [Fact]
    public void Oidc_asks_for_openid_and_leaves_the_protections_of_the_login_alone()
    {
        var faults = new ConfigFaults();
        OidcSettings? Read(string yaml) =>
            OidcSettings.Schema.Read(ConfigReader.ReadText(yaml, "test.yaml", faults).Single(), faults);

        Assert.Equal(["openid", "email"], Read("{ issuer: 'https://issuer.example', client_id: c, scopes: [email] }")!.Providers[0].Scopes);
        Assert.Empty(faults);
        Assert.Null(Read("{ issuer: 'http://issuer.example', client_id: c }"));
        Assert.Null(Read("{ issuer: 'https://issuer.example', client_id: c, authorization_parameters: { state: x } }"));
        Assert.Null(Read("{ issuer: 'https://issuer.example', client_id: c, allowed_algorithms: [none] }"));
        Assert.Null(Read("{ issuer: 'https://issuer.example', client_id: c, allowed_algorithms: [HS256] }"));
    }
}
