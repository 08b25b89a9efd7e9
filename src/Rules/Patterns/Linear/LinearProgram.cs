namespace AuthProxy.Rules.Patterns.Linear;

/// <summary>A pattern as a list of steps, which <see cref="LinearRun"/> takes.</summary>
/// <param name="Steps">In the order of the pattern.</param>
/// <param name="Groups">How many captures there are.</param>
/// <param name="Marks">How many steps need a book of the positions at which they were taken.</param>
internal sealed record LinearProgram(Step[] Steps, int Groups, int Marks)
{
    /// <summary>Each position of a text may meet each step once, so steps are what a hostile pattern could have too many of.</summary>
    private const int MostSteps = 500;

    /// <summary>Null for what only .NET's engine understands, and for patterns that repeat too much.</summary>
    public static LinearProgram? TryCompile(PatternNode root, GroupNumbers groups) =>
        root.Size > MostSteps ? null : new LinearCompiler(groups).Compile(root);
}
