namespace AuthProxy.Rules.Templates.Functions;

/// <summary>A function that templates may call.</summary>
/// <param name="Name">How it is called.</param>
/// <param name="Arguments">The names of its arguments; one in brackets may be left out, one with an ellipsis may come any number of times.</param>
/// <param name="Summary">What it gives, for the documentation.</param>
/// <param name="Body">What it does; the number of arguments is as declared.</param>
internal sealed record TemplateFunction(string Name, string Arguments, string Summary, Func<FunctionCall, object?> Body)
{
    private readonly string[] _arguments = Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether it gives the same whenever it is given the same.</summary>
    public bool IsPure { get; init; } = true;

    /// <summary>Whether its first argument is a regular expression, compiled when the rules load.</summary>
    public bool TakesPattern { get; init; }

    public int Least => _arguments.Count(argument => !argument.StartsWith('[') && !argument.EndsWith('…'));

    public int Most => _arguments.Any(argument => argument.EndsWith('…')) ? int.MaxValue : _arguments.Length;

    /// <summary>Continues a fault.</summary>
    public string Expects => _arguments.Length == 0 ? "none" : $"'{Name} {Arguments}'";
}
