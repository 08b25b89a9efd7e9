// Starts the whole system on this machine, and either leaves it running or walks its story (--check).
using System.Runtime.InteropServices;
using AuthProxy.Demo;

if (DemoOptions.Parse(args, out var fault) is not { } options)
{
    await Console.Error.WriteLineAsync($"demo: {fault}");
    return 2;
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

try
{
    return options.Check ? await CheckRun.RunAsync(options, stop.Token) : await InteractiveRun.RunAsync(options, stop.Token);
}
catch (DemoException failure)
{
    await Console.Error.WriteLineAsync($"demo: {failure.Message}");
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}

void Stop(PosixSignalContext signal)
{
    // The processes are stopped first; then this one ends by itself.
    signal.Cancel = true;
    stop.Cancel();
}
