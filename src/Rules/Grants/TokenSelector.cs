namespace AuthProxy.Rules.Grants;

/// <summary>One place of a request where tokens are.</summary>
public sealed record TokenSelector
{
    /// <summary>Which part of the request.</summary>
    public required TokenPlace In { get; init; }

    /// <summary>The capture's, parameter's or header's name, or the body's JSONPath; as written.</summary>
    public required string Select { get; init; }

    /// <summary>The compiled path of a body selector.</summary>
    internal JsonPath? Path { get; init; }

    /// <summary>The selector with its path compiled, where it has one.</summary>
    internal TokenSelector Compiled() =>
        In != TokenPlace.Body || Path is not null ? this
        : JsonPath.TryParse(Select, out var fault) is { } path ? this with { Path = path }
        : throw new ArgumentException($"'{Select}' {fault}");

    /// <summary>What to call the place in logs.</summary>
    public override string ToString() => $"{In.ToString().ToLowerInvariant()} {Select}";
}

/// <summary>The parts of a request that may hold tokens.</summary>
public enum TokenPlace
{
    /// <summary>A capture of the path pattern.</summary>
    Path,

    /// <summary>A query parameter; every occurrence.</summary>
    Query,

    /// <summary>A header; every value.</summary>
    Header,

    /// <summary>Values of a JSON body.</summary>
    Body,
}
