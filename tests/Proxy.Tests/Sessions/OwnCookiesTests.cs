using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.Tests.Sessions;

public class OwnCookiesTests
{
    private static readonly CookieSecret Secret = CookieSecret.New();

    [Theory]
    [InlineData("__Host-authproxy"), InlineData("__Host-authproxy-login"), InlineData("__host-AUTHPROXY"), InlineData(" __Host-authproxy-x")]
    public void Ours_is_ours_in_any_spelling(string name) => Assert.True(OwnCookies.IsOurs(name));

    [Theory]
    [InlineData("session"), InlineData("authproxy"), InlineData("__Secure-authproxy"), InlineData("__Host-"), InlineData("")]
    public void Others_are_not_ours(string name) => Assert.False(OwnCookies.IsOurs(name));

    [Fact]
    public void Cookie_is_for_this_host_only_and_never_for_scripts()
    {
        Assert.Equal($"__Host-authproxy={Secret.Text}; Path=/; Secure; HttpOnly; SameSite=Lax", OwnCookies.Line(OwnCookies.Session, Secret.Text));
        Assert.Equal("__Host-authproxy=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax", OwnCookies.RemovalLine(OwnCookies.Session));
    }

    [Fact]
    public void Cookie_is_found_among_others()
    {
        var read = OwnCookies.Read(Some.CookieHeader($"a=b;__Host-authproxy-login=x;  __Host-authproxy={Secret.Text} ;c"), OwnCookies.Session);

        Assert.Equal(Secret.Text, Assert.Single(read).Text);
    }

    [Fact]
    public void Duplicates_of_one_value_are_one_and_different_ones_are_kept_up_to_a_bound()
    {
        Assert.Single(OwnCookies.Read(Some.CookieHeader($"__Host-authproxy={Secret.Text}; __Host-authproxy={Secret.Text}"), OwnCookies.Session));

        var flood = string.Join("; ", Enumerable.Range(0, 100).Select(_ => $"__Host-authproxy={CookieSecret.New().Text}"));
        Assert.Equal(8, OwnCookies.Read(Some.CookieHeader(flood), OwnCookies.Session).Count);
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
        Assert.Empty(OwnCookies.Read(Some.CookieHeader(header), OwnCookies.Session));

    [Fact]
    public void Oversized_cookie_is_as_if_absent() =>
        Assert.Empty(OwnCookies.Read(Some.CookieHeader("__Host-authproxy=" + new string('A', 100_000)), OwnCookies.Session));
}
