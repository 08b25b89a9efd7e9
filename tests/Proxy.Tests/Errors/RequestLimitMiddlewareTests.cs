using AuthProxy.Hosting.Edges;
using AuthProxy.Proxy.Errors;

namespace AuthProxy.Proxy.Tests.Errors;

public class RequestLimitMiddlewareTests
{
    [Fact]
    public async Task Request_past_the_limit_is_refused_and_the_next_one_passes_when_there_is_room_again()
    {
        var refusals = new RecordedRefusals();
        var held = new TaskCompletionSource();
        var reached = 0;
        var limit = new RequestLimitMiddleware(
            _ =>
            {
                reached++;
                return held.Task;
            },
            EdgeLimits.Default with { Requests = 1 }, refusals);

        var first = limit.InvokeAsync(Requests.Create().Context);
        await limit.InvokeAsync(Requests.Create().Context);
        Assert.Equal(ProxyRefusals.Overloaded, refusals.Last);
        Assert.Equal(1, reached);

        held.SetResult();
        await first;
        await limit.InvokeAsync(Requests.Create().Context);
        Assert.Equal(2, reached);
    }
}
