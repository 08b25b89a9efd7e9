namespace AuthProxy.Proxy.Cli;

/// <summary>One command of the program, with all that its usage text says.</summary>
/// <param name="Name">One or two words, such as <c>config check</c>.</param>
/// <param name="Summary">What it does, in one sentence.</param>
/// <param name="Options">What may follow.</param>
/// <param name="RunAsync">Does it; the result is the exit code.</param>
internal sealed record Command(
    string Name,
    string Summary,
    IReadOnlyList<CommandOption> Options,
    Func<CommandArguments, CommandConsole, CancellationToken, Task<int>> RunAsync)
{
    public IReadOnlyList<string> Words { get; } = Name.Split(' ');

    /// <summary>What the words behind the command that are no options mean, in order; empty where none may stand there.</summary>
    public IReadOnlyList<string> Operands { get; init; } = [];

    /// <summary>Whether each of these words has to be there.</summary>
    public bool NeedsOperands { get; init; }
}

/// <param name="Name">With its dashes.</param>
/// <param name="Value">What to call the value in the usage text; null for a switch.</param>
/// <param name="Sentence">What it is for.</param>
internal sealed record CommandOption(string Name, string? Value, string Sentence)
{
    /// <summary>The value where the option is not given.</summary>
    public string? Default { get; init; }

    public bool IsRequired { get; init; }

    /// <summary>Whether it may be given more than once.</summary>
    public bool IsRepeatable { get; init; }

    /// <summary>The only values that are taken; empty where any is.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
}

/// <summary>Where a command writes: results to one, everything else to the other.</summary>
internal sealed record CommandConsole(TextWriter Output, TextWriter Error)
{
    public static CommandConsole Standard() => new(Console.Out, Console.Error);
}
