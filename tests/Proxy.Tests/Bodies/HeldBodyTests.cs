using AuthProxy.Proxy.Bodies;

namespace AuthProxy.Proxy.Tests.Bodies;

public class HeldBodyTests
{
    [Fact]
    public void Budget_gives_out_no_more_than_it_has()
    {
        var budget = new HeldBodyBudget(100);

        Assert.True(budget.TryTake(60));
        Assert.False(budget.TryTake(41));
        Assert.True(budget.TryTake(40));
        budget.Return(100);

        Assert.Equal(100, budget.Left);
    }

    [Fact]
    public async Task Budget_stays_exact_when_many_take_and_return_at_once()
    {
        var budget = new HeldBodyBudget(1000);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 5_000; i++)
            {
                if (budget.TryTake(300))
                {
                    Assert.True(budget.Left <= 700);
                    budget.Return(300);
                }
            }
        })));

        Assert.Equal(1000, budget.Left);
    }

    [Fact]
    public void Disposed_body_gives_its_bytes_back_to_the_budget_once()
    {
        var budget = new HeldBodyBudget(1024 * 1024);
        var body = Filled(budget, 40_000);
        Assert.True(budget.Left < 1024 * 1024);

        body.Dispose();
        body.Dispose();

        Assert.Equal(1024 * 1024, budget.Left);
    }

    [Fact]
    public async Task Reader_that_comes_after_the_end_of_the_request_finds_nothing_of_another_request()
    {
        var body = Filled(new HeldBodyBudget(1024 * 1024), 10);
        var stream = new HeldBodyStream(body);
        body.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await stream.ReadExactlyAsync(new byte[10]));
    }

    [Fact]
    public async Task Stream_gives_the_bytes_once_and_in_order()
    {
        var stream = new HeldBodyStream(Filled(new HeldBodyBudget(1024 * 1024), 50_000));
        using var copy = new MemoryStream();

        await stream.CopyToAsync(copy);

        Assert.Equal(Enumerable.Range(0, 50_000).Select(i => (byte)i), copy.ToArray());
        Assert.Equal(0, await stream.ReadAsync(new byte[10]));
    }

    [Fact]
    public void Body_has_no_room_past_the_budget()
    {
        var body = new HeldBody(new HeldBodyBudget(20_000));
        body.Advance(body.MakeRoom(1_000_000).Length);

        Assert.True(body.MakeRoom(1_000_000).IsEmpty);
    }

    [Theory]
    [InlineData(1), InlineData(1000), InlineData(16 * 1024), InlineData(100_000)]
    public void Body_never_has_room_past_its_own_limit(int limit)
    {
        var body = new HeldBody(new HeldBodyBudget(1024 * 1024));
        while (body.Length < limit)
        {
            body.Advance(body.MakeRoom(limit).Length);
        }

        Assert.Equal(limit, body.Length);
    }

    private static HeldBody Filled(HeldBodyBudget budget, int length)
    {
        var body = new HeldBody(budget);
        while (body.Length < length)
        {
            var room = body.MakeRoom(length);
            for (var i = 0; i < room.Length; i++)
            {
                room.Span[i] = (byte)(body.Length + i);
            }

            body.Advance(room.Length);
        }

        return body;
    }
}
