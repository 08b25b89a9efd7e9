using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Cli;

/// <summary>What was written behind a command, checked against what the command takes.</summary>
internal sealed class CommandArguments
{
    private readonly Command _command;
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);
    private readonly List<string> _operands = [];

    private CommandArguments(Command command) => _command = command;

    /// <summary>The words that are no options, in order.</summary>
    public IReadOnlyList<string> Operands => _operands;

    /// <summary>The option's value or its default; null where it has neither.</summary>
    public string? this[string option] => _values.TryGetValue(option, out var given) ? given[^1] : Declared(option).Default;

    public bool Has(string option) => _values.ContainsKey(Declared(option).Name);

    public IReadOnlyList<string> All(string option) => _values.TryGetValue(Declared(option).Name, out var given) ? given : [];

    /// <summary>The arguments, or what is wrong with them.</summary>
    public static (CommandArguments? Arguments, string Fault) Parse(Command command, IReadOnlyList<string> written)
    {
        var parsed = new CommandArguments(command);
        for (var i = 0; i < written.Count; i++)
        {
            if (parsed.Take(written, ref i) is { } fault)
            {
                return (null, fault);
            }
        }

        if (command.NeedsOperands && parsed._operands.Count < command.Operands.Count)
        {
            return (null, $"{command.Name} needs {string.Join(" and ", command.Operands)}");
        }

        var missing = command.Options.FirstOrDefault(option => option.IsRequired && !parsed.Has(option.Name));
        return missing is null ? (parsed, "") : (null, $"{command.Name} needs {missing.Name} {missing.Value}");
    }

    /// <summary>Takes one option with its value, or an operand; the fault where it cannot.</summary>
    private string? Take(IReadOnlyList<string> written, ref int at)
    {
        var word = written[at];
        if (word.Length < 2 || word[0] != '-')
        {
            return TakeOperand(word);
        }

        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? word : word[..equals];
        if (_command.Options.FirstOrDefault(option => option.Name == name) is not { } declared)
        {
            return $"{_command.Name} does not know {name}{Suggestion.For(name, _command.Options.Select(option => option.Name))}";
        }

        if (declared.Value is null)
        {
            return equals < 0 ? Put(declared, "") : $"{name} takes no value";
        }

        // "--config --output" is a forgotten value, not a file of that name.
        var value = equals >= 0 ? word[(equals + 1)..] : at + 1 < written.Count && !written[at + 1].StartsWith('-') ? written[++at] : "";
        return value.Length == 0 ? $"{name} needs a value: {name} {declared.Value}" : Put(declared, value);
    }

    private string? TakeOperand(string word)
    {
        if (_operands.Count == _command.Operands.Count)
        {
            return $"{_command.Name} does not take '{word}'";
        }

        _operands.Add(word);
        return null;
    }

    private string? Put(CommandOption option, string value)
    {
        if (option.Choices.Count > 0 && !option.Choices.Contains(value, StringComparer.Ordinal))
        {
            return $"{option.Name} is '{value}'; one of {string.Join(", ", option.Choices)}";
        }

        if (_values.TryGetValue(option.Name, out var given))
        {
            if (!option.IsRepeatable)
            {
                return $"{option.Name} is given twice";
            }

            given.Add(value);
            return null;
        }

        _values.Add(option.Name, [value]);
        return null;
    }

    private CommandOption Declared(string name) =>
        _command.Options.FirstOrDefault(option => option.Name == name)
        ?? throw new ArgumentException($"{_command.Name} declares no option {name}", nameof(name));
}
