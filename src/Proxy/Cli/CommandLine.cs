using AuthProxy.Hosting;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Cli;

/// <summary>Finds the command that was called and runs it. Strict: what is not understood is an error, never ignored.</summary>
internal sealed class CommandLine(IReadOnlyList<Command> commands, CommandConsole console)
{
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        if (arguments is [])
        {
            UsageText.Write(console.Output, commands);
            return ExitCodes.Usage;
        }

        if (AskedOf(arguments) is { } asked)
        {
            return Help(asked);
        }

        if (Find(arguments) is not { } command)
        {
            return Misused(UnknownCommand(arguments));
        }

        var (parsed, fault) = CommandArguments.Parse(command, [.. arguments.Skip(command.Words.Count)]);
        return parsed is null ? Misused(fault) : await command.RunAsync(parsed, console, cancellation);
    }

    /// <summary>The words that help is asked for, of all where there are none; null where nobody asks.</summary>
    private static IReadOnlyList<string>? AskedOf(IReadOnlyList<string> arguments) => arguments switch
    {
        ["help", ..] => [.. arguments.Skip(1)],
        [.., "--help" or "-h"] => [.. arguments.SkipLast(1)],
        _ => null,
    };

    private int Help(IReadOnlyList<string> asked)
    {
        if (asked.Count > 0 && Find(asked) is { } command)
        {
            UsageText.Write(console.Output, command);
            return ExitCodes.Success;
        }

        var group = commands.Where(one => one.Words.Take(asked.Count).SequenceEqual(asked, StringComparer.Ordinal)).ToArray();
        if (group.Length == 0)
        {
            return Misused(UnknownCommand(asked));
        }

        UsageText.Write(console.Output, group);
        return ExitCodes.Success;
    }

    private Command? Find(IReadOnlyList<string> arguments) =>
        commands.FirstOrDefault(command => command.Words.SequenceEqual(arguments.Take(command.Words.Count), StringComparer.Ordinal));

    private string UnknownCommand(IReadOnlyList<string> arguments)
    {
        var group = commands.Where(command => command.Words.Count > 1 && command.Words[0] == arguments[0]).ToArray();
        if (group.Length > 0)
        {
            var known = group.Select(command => command.Words[1]);
            return arguments.Count > 1
                ? $"'{arguments[0]} {arguments[1]}' is no command{Suggestion.For(arguments[1], known)}"
                : $"'{arguments[0]}' needs one of: {string.Join(", ", known)}";
        }

        return $"'{arguments[0]}' is no command{Suggestion.For(arguments[0], commands.Select(command => command.Words[0]).Distinct())}";
    }

    private int Misused(string why)
    {
        console.Error.WriteLine($"authproxy: {why}");
        console.Error.WriteLine("Run 'authproxy help' to see what there is.");
        return ExitCodes.Usage;
    }
}
