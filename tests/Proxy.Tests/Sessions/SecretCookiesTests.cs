using AuthProxy.Proxy.Sanitizing;
using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.Tests.Sessions;

public class OwnCookiesTests
{
    private static readonly CookieSecret Secret = CookieSecret.New();

    [Theory]
    [InlineData(SecretCookies.Session), InlineData(SecretCookies.Login)]
    public void No_upstream_sees_or_sets_a_cookie_of_ours(string name)
    {
        Assert.Equal("a=b; c=d", OwnCookies.Without($"a=b; {name}={Secret.Text}; c=d"));
        Assert.True(OwnCookies.Sets(SecretCookies.Line(name, Secret.Text)));
    }

    [Fact]
    public void Cookie_is_for_this_host_only_and_never_for_scripts()
    {
        Assert.Equal($"__Host-authproxy={Secret.Text}; Path=/; Secure; HttpOnly; SameSite=Lax", SecretCookies.Line(SecretCookies.Session, Secret.Text));
        Assert.Equal("__Host-authproxy=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax", SecretCookies.RemovalLine(SecretCookies.Session));
    }

    [Fact]
    public void Cookie_is_found_among_others()
    {
        var read = SecretCookies.Read(Some.CookieHeader($"a=b;__Host-authproxy-login=x;  __Host-authproxy={Secret.Text} ;c"), SecretCookies.Session);

        Assert.Equal(Secret.Text, Assert.Single(read).Text);
    }

    [Fact]
    public void Duplicates_of_one_value_are_one_and_different_ones_are_kept_up_to_a_bound()
    {
        Assert.Single(SecretCookies.Read(Some.CookieHeader($"__Host-authproxy={Secret.Text}; __Host-authproxy={Secret.Text}"), SecretCookies.Session));

        var flood = string.Join("; ", Enumerable.Range(0, 100).Select(_ => $"__Host-authproxy={CookieSecret.New().Text}"));
        Assert.Equal(8, SecretCookies.Read(Some.CookieHeader(flood), SecretCookies.Session).Count);
    }

    [Theory]
    [InlineData("__Host-authproxy")]
    [InlineData("__Host-authproxy=")]
    [InlineData("__Host-authproxy=short")]
    [InlineData("__Host-authproxy=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!")]
    [InlineData("__Host-authproxy=\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"")]
    [InlineData("__host-authproxy=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("x__Host-authproxy=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("__Host-authproxy =AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("__Host-authproxy=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB")]
    [InlineData(";;;=;")]
    public void What_we_cannot_have_written_is_as_if_absent(string header) =>
        Assert.Empty(SecretCookies.Read(Some.CookieHeader(header), SecretCookies.Session));

    [Fact]
    public void Oversized_cookie_is_as_if_absent() =>
        Assert.Empty(SecretCookies.Read(Some.CookieHeader("__Host-authproxy=" + new string('A', 100_000)), SecretCookies.Session));
}
