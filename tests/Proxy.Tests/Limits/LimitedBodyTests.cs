using AuthProxy.Proxy.Bodies;
using AuthProxy.Proxy.Limits;
using AuthProxy.TestKit;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Proxy.Tests.Limits;

public class LimitedBodyTests
{
    [Fact]
    public async Task Stage_that_holds_the_body_refuses_one_that_is_larger_than_the_rule_takes()
    {
        var (context, request) = Requests.Create("POST");
        context.Request.Body = new LimitedBody(new MemoryStream(new byte[101]), 100);
        var limits = new HeldBodyLimits(1000, 10_000, TimeSpan.FromSeconds(1));

        var outcome = await new BodyHolder(new HeldBodyBudget(100_000), limits, new FakeClock()).HoldAsync(context, request, 1000, CancellationToken.None);

        Assert.Equal(ProxyRefusals.BodyTooLarge, Assert.IsType<HeldBodyOutcome.Refused>(outcome).Refusal);
    }

    [Fact]
    public async Task Reader_that_goes_on_after_the_limit_gets_no_byte_more()
    {
        var body = new LimitedBody(new MemoryStream(new byte[300]), 150);
        var buffer = new byte[100];

        Assert.Equal(100, await ReadAsync());
        await Assert.ThrowsAsync<BadHttpRequestException>(ReadAsync);
        await Assert.ThrowsAsync<BadHttpRequestException>(ReadAsync);

        async Task<int> ReadAsync() => await body.ReadAsync(buffer);
    }
}
