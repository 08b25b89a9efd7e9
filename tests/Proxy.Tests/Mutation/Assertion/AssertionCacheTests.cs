using System.Text.Json;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Mutation.Assertion;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Mutation.Assertion;

public class AssertionCacheTests
{
    private const long Limit = 4 * 1024 * 1024;
    private const int Many = 20_000;

    private static readonly AssertionProfile Profile = new("bank", [], 1);

    [Theory]
    [InlineData("""{"name":"Alice Example","email":"alice@example.test","groups":["clerks","readers"]}""")]
    [InlineData("""{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":[1,2,3,4,5,6,7,8,9,10,11,12,13,14]}""")]
    public void Subjects_that_only_an_assertion_keeps_alive_count_against_its_bound(string claims)
    {
        var cache = new AssertionCache(new FakeClock(), new AssertionCacheLimits { Count = Many, Bytes = Limit });
        Add(cache, claims, "warm-up");

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var at = 0; at < Many; at++)
        {
            Add(cache, claims, $"user-{at}");
        }

        var bytesOfOne = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Many;

        Assert.InRange(cache.Count * bytesOfOne / Limit, 0.3, 1.3);
    }

    private static void Add(AssertionCache cache, string claims, string id)
    {
        var subject = new Subject("https://issuer.example/" + id, id, JsonElement.Parse(claims), new SessionIdentity(id + "-session", DateTimeOffset.MaxValue));
        cache.Add(subject, Profile, 1, new string('a', 500), TimeSpan.FromSeconds(30));
    }
}
