using System.Runtime.InteropServices;
using AuthProxy.Hosting.Edges;
using AuthProxy.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuthProxy.Hosting.Tests.Edges;

public class DrainTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(5);
    private readonly FakeClock _clock = new();

    [Fact]
    public async Task Terminate_makes_unready_at_once_and_goes_on_accepting_until_the_delay_is_over()
    {
        await using var server = await StartAsync();
        var url = $"http://127.0.0.1:{server.Listeners.PortOf("proxy")}/";

        LifetimeOf(server).Begin(PosixSignal.SIGTERM);
        _clock.Advance(Delay - TimeSpan.FromMilliseconds(1));
        Assert.False(server.Health.IsReady);
        Assert.False(server.App.Lifetime.ApplicationStopping.IsCancellationRequested);
        Assert.Equal("proxy", await server.GetAsync(url));

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(server.App.Lifetime.ApplicationStopping.IsCancellationRequested);
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT), InlineData(PosixSignal.SIGQUIT)]
    public async Task Interrupt_waits_for_nobody(PosixSignal signal)
    {
        await using var server = await StartAsync();

        LifetimeOf(server).Begin(signal);

        await StoppingAsync(server);
    }

    [Fact]
    public async Task Second_signal_cuts_the_delay_short()
    {
        await using var server = await StartAsync();

        LifetimeOf(server).Begin(PosixSignal.SIGTERM);
        LifetimeOf(server).Begin(PosixSignal.SIGTERM);

        await StoppingAsync(server);
    }

    [Fact]
    public async Task Open_stream_is_ended_at_the_time_out()
    {
        var aborted = new TaskCompletionSource();
        await using var server = await EdgeServer.StartAsync(
            edges => edges.Listen("proxy", new ListenerSettings("127.0.0.1", 0)),
            drain: new DrainSettings(TimeSpan.Zero, TimeSpan.FromMilliseconds(100)),
            map: app => app.Use(async (HttpContext context, RequestDelegate _) =>
            {
                context.RequestAborted.Register(aborted.SetResult);
                await context.Response.WriteAsync("first");
                await context.Response.Body.FlushAsync();
                await aborted.Task;
            }));
        using var client = new HttpClient();
        await using var stream = await client.GetStreamAsync(new Uri($"http://127.0.0.1:{server.Listeners.PortOf("proxy")}/"));
        Assert.Equal(5, await stream.ReadAtLeastAsync(new byte[5], 5));

        // As the host does it: its token is cancelled when HostOptions.ShutdownTimeout is over.
        await ((IHost)server.App).StopAsync();

        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static DrainLifetime LifetimeOf(EdgeServer server) => (DrainLifetime)server.App.Services.GetRequiredService<IHostLifetime>();

    private static async Task StoppingAsync(EdgeServer server)
    {
        var stopping = new TaskCompletionSource();
        await using var registration = server.App.Lifetime.ApplicationStopping.Register(stopping.SetResult);
        await stopping.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private Task<EdgeServer> StartAsync() =>
        EdgeServer.StartAsync(edges => edges.Listen("proxy", new ListenerSettings("127.0.0.1", 0)), drain: new DrainSettings(Delay, TimeSpan.FromSeconds(1)), time: _clock);
}
