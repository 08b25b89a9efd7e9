using System.Text;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.OpenIdConnect;

namespace AuthProxy.Proxy.Tests.OpenIdConnect;

public class ProviderMetadataTests
{
    [Theory]
    [InlineData("authorization_endpoint"), InlineData("token_endpoint"), InlineData("jwks_uri")]
    public void Provider_elsewhere_cannot_send_us_to_plain_services_of_this_machine(string member)
    {
        Assert.NotNull(Read("https://id.example.com", ""));
        Assert.Null(Read("https://id.example.com", $"\"{member}\":\"http://127.0.0.1:9200/\","));
        Assert.NotNull(Read("http://127.0.0.1:8080", $"\"{member}\":\"http://127.0.0.1:8080/x\","));
    }

    [Theory]
    [InlineData("pushed_authorization_request_endpoint"), InlineData("userinfo_endpoint"), InlineData("end_session_endpoint")]
    public void Endpoint_that_may_be_absent_is_absent_where_it_cannot_be_used(string member)
    {
        foreach (var address in (string[])["http://127.0.0.1/", "http://id.example.com/", "ftp://id.example.com/", "/relative", "https://user@id.example.com/", "https://id.example.com/#x"])
        {
            var metadata = Read("https://id.example.com", $"\"{member}\":\"{address}\",")!;
            Assert.Equal((null, null, null), (metadata.PushedAuthorizationEndpoint, metadata.UserInfoEndpoint, metadata.EndSessionEndpoint));
        }
    }

    [Theory]
    [InlineData("issuer: https://id.example.com/realms/main, client_id: x, claims_mapping: { groups: realm_access.roles }")]
    [InlineData("issuer: https://id.example.com/realms/main, client_id: x, claims_mapping: { groups: /resource_access/my.app/roles }")]
    [InlineData("issuer: https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0, client_id: x, claims_mapping: { groups: roles }")]
    [InlineData("issuer: https://accounts.google.com, client_id: x, authorization_parameters: { hd: example.com }")]
    [InlineData("issuer: https://example.okta.com/oauth2/default, client_id: x, scopes: [openid, profile, email, groups]")]
    public void Samples_of_the_documentation_are_taken(string config)
    {
        var faults = new ConfigFaults();

        Assert.NotNull(LoginWorld.Read($"serve: {{ proxy: {{ public_urls: [https://a.example.com] }} }}\nauthenticators: {{ oidc: {{ config: {{ {config} }} }} }}").ReadOidc(faults));

        Assert.Empty(faults);
    }

    // Of members that come twice the document is refused as a whole: those that are given stand alone.
    private static ProviderMetadata? Read(string issuer, string more)
    {
        var rest = new[] { "authorization_endpoint", "token_endpoint", "jwks_uri" }
            .Where(member => !more.Contains(member, StringComparison.Ordinal)).Select(member => $"\"{member}\":\"{issuer}/x\"").Append($"\"issuer\":\"{issuer}\"");
        return ProviderMetadata.Read(Encoding.UTF8.GetBytes("{" + more + string.Join(',', rest) + "}"), issuer, out _);
    }
}
