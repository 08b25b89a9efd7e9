using Microsoft.AspNetCore.Http;

namespace AuthProxy.Proxy.Tests.Pipeline;

public class StageExtensionsTests
{
    private readonly HttpContext _context = new DefaultHttpContext();
    private int _passed;

    [Theory]
    [InlineData(true, 1), InlineData(false, 0)]
    public async Task Request_goes_on_only_where_the_stage_lets_it_pass(bool passes, int passed)
    {
        await new ValueTask<bool>(passes).ThenAsync(Next, _context);

        Assert.Equal(passed, _passed);
    }

    [Theory]
    [InlineData(true, 1), InlineData(false, 0)]
    public async Task Request_waits_for_a_stage_that_has_to_ask(bool passes, int passed)
    {
        var answer = new TaskCompletionSource<bool>();
        var way = new ValueTask<bool>(answer.Task).ThenAsync(Next, _context);
        Assert.Equal((0, false), (_passed, way.IsCompleted));

        answer.SetResult(passes);
        await way;

        Assert.Equal(passed, _passed);
    }

    [Fact]
    public async Task Stage_that_fails_lets_nothing_pass()
    {
        var failed = new ValueTask<bool>(Task.FromException<bool>(new InvalidOperationException()));

        await Assert.ThrowsAsync<InvalidOperationException>(() => failed.ThenAsync(Next, _context));

        Assert.Equal(0, _passed);
    }

    [Fact]
    public async Task Request_whose_client_left_is_cancelled_and_not_passed_on()
    {
        var left = new ValueTask<bool>(Task.FromCanceled<bool>(new CancellationToken(canceled: true)));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left.ThenAsync(Next, _context));

        Assert.Equal(0, _passed);
    }

    private Task Next(HttpContext context)
    {
        _passed++;
        return Task.CompletedTask;
    }
}
