using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Errors;

public class RefusalMiddlewareTests
{
    [Fact]
    public async Task Whatever_a_stage_throws_leaves_as_an_internal_fault_without_its_words() =>
        await ExpectAsync(new InvalidOperationException("the secret is hunter2"), ProxyRefusals.InternalFault);

    [Fact]
    public async Task Malformed_body_is_the_clients_fault_and_no_500() =>
        await ExpectAsync(new BadHttpRequestException("Unexpected end of request content."), ProxyRefusals.RequestMalformed);

    [Fact]
    public async Task Body_past_the_servers_limit_is_too_large() =>
        await ExpectAsync(new BadHttpRequestException("Request body too large.", StatusCodes.Status413PayloadTooLarge), ProxyRefusals.BodyTooLarge);

    [Fact]
    public async Task Nobody_is_answered_who_has_gone()
    {
        var (context, _) = Requests.Create();
        context.RequestAborted = new CancellationToken(canceled: true);

        Assert.Null((await RunAsync(context, new OperationCanceledException())).Last);
    }

    private static async Task ExpectAsync(Exception thrown, Refusal refusal)
    {
        var refusals = await RunAsync(Requests.Create().Context, thrown);

        Assert.Equal(refusal, refusals.Last);
        Assert.DoesNotContain(thrown.Message, refusals.Why, StringComparison.Ordinal);
    }

    private static async Task<RecordedRefusals> RunAsync(HttpContext context, Exception thrown)
    {
        var refusals = new RecordedRefusals();
        await new RefusalMiddleware(_ => throw thrown, refusals, NullLogger<RefusalMiddleware>.Instance).InvokeAsync(context);
        return refusals;
    }
}
