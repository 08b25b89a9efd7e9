using AuthProxy.Hosting;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Cli;

/// <summary>Finds the command that was called and runs it. Strict: what is not understood is an error, never ignored.</summary>
internal sealed class CommandLine(IReadOnlyList<Command> commands, CommandConsole console)
{
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        if (arguments is [] or ["help" or "--help" or "-h"])
        {
            UsageText.Write(console.Output, commands);
            return arguments.Count == 0 ? ExitCodes.Usage : ExitCodes.Success;
        }

        if (Find(arguments) is not { } command)
        {
            return Misused(UnknownCommand(arguments));
        }

        var rest = arguments.Skip(command.Words.Count).ToArray();
        if (rest is ["--help" or "-h"])
        {
            UsageText.Write(console.Output, command);
            return ExitCodes.Success;
        }

        var (parsed, fault) = CommandArguments.Parse(command, rest);
        return parsed is null ? Misused(fault) : await command.RunAsync(parsed, console, cancellation);
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
