namespace AuthProxy.Rules.Patterns.Linear;

/// <summary>One instruction of a <see cref="LinearProgram"/>.</summary>
internal readonly record struct Step(StepKind Kind)
{
    /// <summary>No book is kept of where this step was taken: so few ways lead here that it does not pay.</summary>
    public const int Unmarked = -1;

    /// <summary>The literal of <see cref="StepKind.Text"/>; of a run the literal that must follow it, if there is one.</summary>
    public string Text { get; init; } = "";

    /// <summary>The characters of <see cref="StepKind.One"/> and of runs.</summary>
    public CharacterSet Set { get; init; } = CharacterSet.All;

    /// <summary>The step that is tried first; of <see cref="StepKind.Save"/> the place to save to.</summary>
    public int First { get; init; }

    /// <summary>The step that is tried when the first led nowhere.</summary>
    public int Second { get; init; }

    /// <summary>Whose row among the marks this step's positions are kept in.</summary>
    public int Mark { get; init; } = Unmarked;

    public bool IsMarked => Mark != Unmarked;
}

internal enum StepKind
{
    /// <summary>The text must end here.</summary>
    End,

    /// <summary>A literal.</summary>
    Text,

    /// <summary>One character of a set.</summary>
    One,

    /// <summary>As many characters of a set as there are, then fewer, down to none.</summary>
    Run,

    /// <summary>As many characters of a set as there are; what follows fits nowhere earlier.</summary>
    WholeRun,

    /// <summary>Two ways on.</summary>
    Split,

    Jump,

    /// <summary>Notes where a capture begins or ends.</summary>
    Save,
}
