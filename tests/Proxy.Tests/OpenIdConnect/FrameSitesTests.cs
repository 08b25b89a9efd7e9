using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.OpenIdConnect;

namespace AuthProxy.Proxy.Tests.OpenIdConnect;

public class FrameSitesTests
{
    [Theory]
    [InlineData("https://app.example.com", "https://vault.example.com")]
    [InlineData("https://example.com", "https://vault.example.com")]
    [InlineData("https://a.b.example.com", "https://vault.example.com")]
    [InlineData("http://bank.app.localhost:4455", "http://vault.app.localhost:4455")]
    public void Vault_beside_its_application_is_fine(string application, string vault) => Assert.Empty(FaultsOf(vault, application, vault));

    [Theory]
    [InlineData("https://app.example.com", "https://vault.example.net")]
    [InlineData("https://app.example.com", "https://example-vault.com")]
    [InlineData("http://bank.app.localhost:4455", "http://127.0.0.1:4455")]
    [InlineData("http://127.0.0.1:4455", "http://127.0.0.2:4455")]
    public void Vault_on_another_site_than_every_application_is_refused(string application, string vault) =>
        Assert.Contains("same site", Assert.Single(FaultsOf(vault, application, vault)).Message, StringComparison.Ordinal);

    [Fact]
    public void Each_vault_needs_an_application_of_its_own_site_and_no_more() =>
        Assert.Empty(FaultsOf("https://vault.shop.example", "https://www.bank.example", "https://www.shop.example", "https://vault.shop.example"));

    [Fact]
    public void Gateway_that_serves_vaults_alone_has_nothing_to_compare() => Assert.Empty(FaultsOf("https://vault.example.com", "https://vault.example.com"));

    private static ConfigFaults FaultsOf(string vault, params string[] urls)
    {
        var faults = new ConfigFaults();
        LoginWorld.Read($$"""
            serve: { proxy: { public_urls: [{{string.Join(", ", urls.Select(url => $"\"{url}\""))}}] } }
            tokenizer: { enabled: true, users_url: "http://127.0.0.1:1", vaults: [ { host: "{{new Uri(vault).Authority}}", application: bank } ] }
            authenticators: { oidc: { config: { issuer: "https://id.example.com", client_id: x } } }
            """).ReadOidc(faults);
        return faults;
    }
}
