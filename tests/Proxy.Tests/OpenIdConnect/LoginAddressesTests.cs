using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Addresses;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.OpenIdConnect;

namespace AuthProxy.Proxy.Tests.OpenIdConnect;

public class LoginAddressesTests
{
    private static readonly LoginDemand Demand = new("default", "https://id.example.com");

    [Fact]
    public void Login_happens_on_the_first_host_unless_another_is_chosen()
    {
        Assert.Equal("https://a.example.com/.authproxy/callback", Addresses(null, "a", "b").RedirectUriOf("default"));
        Assert.Equal("https://b.example.com/.authproxy/callback", Addresses("B.example.com", "a", "b").RedirectUriOf("default"));
        Assert.Equal("https://b.example.com/.authproxy/signed-out", Addresses("b.example.com", "a", "b").SignedOutUri);
    }

    [Fact]
    public void Login_host_may_belong_to_another_proxy_of_the_realm()
    {
        var addresses = Addresses("login.example.com", "vault");

        Assert.Equal("https://login.example.com", addresses.Login.Origin);
        Assert.Equal(["https://vault.example.com"], addresses.Others);
    }

    [Fact]
    public void Login_visits_who_asked_first_then_frames_then_a_few_others()
    {
        var addresses = Addresses(null, "a", "b", "c", "d", "e", "f", "vault");

        Assert.Equal(Origins("vault", "b", "c", "d"), addresses.JourneyTo("x", Demand).Origins);
        Assert.Equal(Origins("f", "vault", "b", "c"), addresses.JourneyTo("x", Demand, "https://f.example.com").Origins);
        Assert.Equal(Origins("elsewhere", "vault", "b", "c"), addresses.JourneyTo("x", Demand, "https://elsewhere.example.com").Origins);
        Assert.Equal(Origins("vault", "b", "c", "d"), addresses.JourneyTo("x", Demand, "https://a.example.com").Origins);
    }

    [Fact]
    public void Provider_without_public_urls_is_a_fault_at_its_line()
    {
        var settings = LoginWorld.Read("authenticators:\n  oidc:\n    config: { issuer: https://id.example.com, client_id: x }\n");
        var faults = new ConfigFaults();

        Assert.Null(settings.ReadOidc(faults));

        Assert.Contains("public_urls", Assert.Single(faults).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("enabled: false, config: { issuer: https://id.example.com, client_id: x }"), InlineData("enabled: true")]
    public void Provider_that_is_switched_off_or_absent_is_none(string oidc)
    {
        var faults = new ConfigFaults();

        Assert.Null(LoginWorld.Read($"serve: {{ proxy: {{ public_urls: [https://a.example.com] }} }}\nauthenticators: {{ oidc: {{ {oidc} }} }}").ReadOidc(faults));

        Assert.Empty(faults);
    }

    [Theory]
    [InlineData("client_id: x")]
    [InlineData("issuer: http://id.example.com, client_id: x")]
    [InlineData("issuer: https://id.example.com, client_id: x, after_logout: //evil.example.com")]
    [InlineData("issuer: https://id.example.com, client_id: x, allowed_algorithms: [HS256]")]
    [InlineData("issuer: https://id.example.com, client_id: x, allowed_algorithms: [none]")]
    [InlineData("issuer: https://id.example.com, client_id: x, authorization_parameters: { state: fixed }")]
    [InlineData("issuer: https://id.example.com, client_id: x, unknown: 1")]
    public void Provider_that_cannot_be_used_is_a_fault(string config)
    {
        var faults = new ConfigFaults();

        LoginWorld.Read($"serve: {{ proxy: {{ public_urls: [https://a.example.com] }} }}\nauthenticators: {{ oidc: {{ config: {{ {config} }} }} }}").ReadOidc(faults);

        Assert.NotEmpty(faults);
    }

    [Theory]
    [InlineData("issuer: https://id.example.com, providers: { a: { issuer: https://id.example.com, client_id: x } }", "stands beside providers")]
    [InlineData("providers: {}", "is empty")]
    [InlineData("providers: { a: { client_id: x } }", "issuer is missing")]
    [InlineData("providers: { A: { issuer: https://id.example.com, client_id: x } }", "lower-case")]
    [InlineData("providers: { a/b: { issuer: https://id.example.com, client_id: x } }", "lower-case")]
    [InlineData("providers: { a: { issuer: https://id.example.com, client_id: x } }, provider: b", "names 'b', which does not exist (known: a)")]
    [InlineData("providers: { a: { issuer: https://id.example.com, client_id: x } }, provider: []", "name at least one")]
    [InlineData("providers: { a: { issuer: https://id.example.com, client_id: x, hosts: [b.example.com] } }", "host 'b.example.com'")]
    [InlineData("providers: { a: { issuer: https://id.example.com, client_id: x, hosts: [a.example.com] }, b: { issuer: https://jd.example.com, client_id: x, hosts: [A.example.com] } }", "more than one provider")]
    [InlineData("client_id: x", "issuer is missing")]
    public void Providers_that_cannot_be_told_apart_are_a_fault(string config, string fault)
    {
        var faults = new ConfigFaults();

        Assert.Null(LoginWorld.Read($"serve: {{ proxy: {{ public_urls: [https://a.example.com] }} }}\nauthenticators: {{ oidc: {{ config: {{ {config} }} }} }}").ReadOidc(faults));

        Assert.Contains(fault, Assert.Single(faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_provider_has_a_callback_of_its_own_and_the_only_one_keeps_its()
    {
        var addresses = Addresses(null, "a");

        Assert.Equal("https://a.example.com/.authproxy/callback", addresses.RedirectUriOf("default"));
        Assert.Equal("https://a.example.com/.authproxy/callback/staff", addresses.RedirectUriOf("staff"));
    }

    private static LoginAddresses Addresses(string? loginHost, params string[] names)
    {
        var faults = new ConfigFaults();
        var settings = LoginWorld.Read(
            $$"""
            serve: { proxy: { public_urls: [{{string.Join(", ", Origins(names))}}] } }
            authenticators: { oidc: { config: { issuer: https://id.example.com, client_id: x {{(loginHost is null ? "" : $", login_host: {loginHost}")}} } } }
            """);
        OidcSettings oidc = settings.ReadOidc(faults)!;
        return new LoginAddresses(new PublicAddresses(settings.Serve.Proxy.PublicUrls), oidc, ["vault.example.com"], "/.authproxy/");
    }

    private static string[] Origins(params string[] names) => [.. names.Select(name => $"https://{name}.example.com")];
}
