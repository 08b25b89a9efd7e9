namespace AuthProxy.Proxy.Cli;

/// <summary>What the program says of itself.</summary>
internal static class UsageText
{
    public static void Write(TextWriter output, IReadOnlyList<Command> commands)
    {
        output.WriteLine("AuthProxy owns login and session, so that the applications behind it never have to.");
        output.WriteLine();
        output.WriteLine("usage: authproxy COMMAND [OPTIONS]");
        output.WriteLine();
        var width = commands.Max(command => command.Name.Length);
        foreach (var command in commands)
        {
            output.WriteLine($"  {command.Name.PadRight(width)}  {command.Summary}");
        }

        output.WriteLine();
        output.WriteLine("'authproxy COMMAND --help' says what a command takes.");
    }

    public static void Write(TextWriter output, Command command)
    {
        output.WriteLine(command.Summary);
        output.WriteLine();
        output.WriteLine($"usage: authproxy {command.Name}{string.Concat(command.Operands.Select(operand => command.NeedsOperands ? $" {operand}" : $" [{operand}]"))}{string.Concat(command.Options.Select(Short))}");
        if (command.Options.Count == 0)
        {
            return;
        }

        output.WriteLine();
        var width = command.Options.Max(option => Named(option).Length);
        foreach (var option in command.Options)
        {
            output.WriteLine($"  {Named(option).PadRight(width)}  {option.Sentence}{Bounds(option)}");
        }
    }

    private static string Short(CommandOption option) =>
        option.IsRequired ? $" {Named(option)}" : $" [{Named(option)}]{(option.IsRepeatable ? "..." : "")}";

    private static string Named(CommandOption option) => option.Value is null ? option.Name : $"{option.Name} {option.Value}";

    private static string Bounds(CommandOption option) =>
        option.Default is { } standard ? $" Default: {standard}." : "";
}
