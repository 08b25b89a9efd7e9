using System.Runtime.InteropServices;
using AuthProxy.Hosting.Health;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Hosting.Edges;

/// <summary>
/// SIGTERM: unready at once, accepting until the delay is over, then the host stops. Its shutdown time-out is <see cref="DrainSettings.Timeout"/>,
/// after which Kestrel aborts what is still open. Ctrl-C has nobody to wait for.
/// </summary>
internal sealed class DrainLifetime(DrainSettings settings, HealthState health, IHostApplicationLifetime host, TimeProvider time, ILogger<DrainLifetime> log)
    : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly Lock _gate = new();
    private ITimer? _delay;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Begin(context.Signal);
            }));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A second signal cuts the delay short.</summary>
    internal void Begin(PosixSignal signal)
    {
        health.Drain();
        lock (_gate)
        {
            if (signal == PosixSignal.SIGTERM && settings.Delay > TimeSpan.Zero && _delay is null)
            {
                log.Draining(settings.Delay);
                _delay = time.CreateTimer(_ => host.StopApplication(), null, settings.Delay, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        // Not on the signal's own thread: stopping runs callbacks of others.
        ThreadPool.QueueUserWorkItem(_ => host.StopApplication());
    }

    public void Dispose()
    {
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }

        _delay?.Dispose();
    }
}
