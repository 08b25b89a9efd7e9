using System.Globalization;
using AuthProxy.Hosting;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions.Ends.Bearers;
using AuthProxy.Proxy.Sessions.Sealing;

namespace AuthProxy.Proxy.Cli;

/// <summary><c>authproxy keys status</c>, <c>keys rotate</c> and <c>keys prune</c>: the realm's session key, one safe step at a time.</summary>
internal static class RealmKeyCommands
{
    private static readonly CommandOption[] Options =
    [
        new("--config", "FILE", "The configuration file that names the keys and says how long sessions live.") { Default = "config/authproxy.yaml" },
        new("--folder", "FOLDER", "The folder of the realm's keys, where it is another than the configuration's."),
        new("--wait", "TIME", "How long a file needs at most to reach every replica.") { Default = "5m" },
    ];

    public static Command Status { get; } = new(
        "keys status",
        "Shows the versions of the realm's session key: which one seals, and from when on an old one is needed no longer.",
        Options,
        (arguments, console, _) => Task.FromResult(Run(arguments, console, rotation => ShowStatus(rotation, console))));

    public static Command Rotate { get; } = new(
        "keys rotate",
        "Takes the next step of a rotation of the realm's session key: adds a version, or, once every replica has it, lets it seal.",
        Options,
        (arguments, console, _) => Task.FromResult(Run(arguments, console, rotation => TakeStep(rotation, console))));

    public static Command Prune { get; } = new(
        "keys prune",
        "Removes the versions of the realm's session key that nothing can need any longer.",
        Options,
        (arguments, console, _) => Task.FromResult(Run(arguments, console, rotation =>
        {
            foreach (var version in rotation.Prune())
            {
                console.Output.WriteLine($"{version} removed");
            }

            return ExitCodes.Success;
        })));

    private static int Run(CommandArguments arguments, CommandConsole console, Func<RealmKeyRotation, int> run)
    {
        if (!GoDuration.TryParse(arguments["--wait"]!, out var wait, out var why) || wait < TimeSpan.Zero)
        {
            console.Error.WriteLine($"authproxy: --wait: {why ?? "is negative"}");
            return ExitCodes.Usage;
        }

        var document = ConfigDocument.Load(arguments["--config"], "AUTHPROXY", ConfigDocument.ProcessEnvironment());
        if (document.Read(ProxySettings.Schema) is not { } settings)
        {
            foreach (var fault in document.Faults)
            {
                console.Error.WriteLine(fault);
            }

            return ExitCodes.Configuration;
        }

        try
        {
            return run(new RealmKeyRotation(new RealmKeyFolder(arguments["--folder"] ?? settings.RealmKeysFolder), TimeProvider.System, wait, LongestLife(settings.Sessions)));
        }
        catch (Exception fault) when (fault is RealmKeyException or IOException or UnauthorizedAccessException)
        {
            console.Error.WriteLine($"authproxy: {fault.Message}");
            return ExitCodes.Failure;
        }
    }

    // The mark of an ended bearer is vouched for by the version that sealed then: without that version the bearer would count again.
    private static TimeSpan LongestLife(SessionSettings sessions) => sessions.Absolute > BearerEnds.Remembered ? sessions.Absolute : BearerEnds.Remembered;

    private static int ShowStatus(RealmKeyRotation rotation, CommandConsole console)
    {
        foreach (var standing in rotation.Standings())
        {
            console.Output.WriteLine(standing switch
            {
                RealmKeyStanding.Seals seals => $"{seals.Version} seals, since {Text(seals.Since)}",
                RealmKeyStanding.Waits waits => $"{waits.Version} only opens; 'keys rotate' lets it seal from {Text(waits.Until)} on",
                RealmKeyStanding.Opens opens => $"{opens.Version} only opens; 'keys prune' removes it from {Text(opens.NeededUntil)} on",
                _ => throw new System.Diagnostics.UnreachableException(),
            });
        }

        return ExitCodes.Success;
    }

    private static int TakeStep(RealmKeyRotation rotation, CommandConsole console)
    {
        var step = rotation.Rotate();
        (step is RealmKeyStep.TooEarly ? console.Error : console.Output).WriteLine(step switch
        {
            RealmKeyStep.Added { ReadyAt: { } ready } => $"{step.Version} added, and only opens; let it seal by another 'keys rotate' once every replica has it, from {Text(ready)} on",
            RealmKeyStep.Added => $"{step.Version} added, and seals",
            RealmKeyStep.Activated { OthersNeededUntil: var until } => $"{step.Version} seals; the versions before it are needed until {Text(until)}",
            RealmKeyStep.TooEarly { Until: var until } => $"authproxy: {step.Version} may not be on every replica before {Text(until)}; nothing was changed",
            _ => throw new System.Diagnostics.UnreachableException(),
        });
        return step is RealmKeyStep.TooEarly ? ExitCodes.Failure : ExitCodes.Success;
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
