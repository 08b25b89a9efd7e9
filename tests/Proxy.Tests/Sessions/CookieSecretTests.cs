using System.Security.Cryptography;
using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.Tests.Sessions;

public class CookieSecretTests
{
    [Fact]
    public void Store_finds_the_session_of_every_cookie_that_was_ever_given_out() => Parallel.For(0, 200, _ =>
    {
        var secret = CookieSecret.New();

        var key = StoreKey.From(HMACSHA256.HashData("authproxy cookie v1"u8, secret.Bytes));

        Assert.Equal((key, key), (secret.StoreKey, CookieSecret.Parse(secret.Text)!.StoreKey));
    });
}
