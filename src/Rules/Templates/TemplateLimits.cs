namespace AuthProxy.Rules.Templates;

/// <summary>How far a template may go: none can hang a request or exhaust memory, whatever it and its values are.</summary>
internal static class TemplateLimits
{
    /// <summary>The longest rendered value of a header, in characters.</summary>
    public const int HeaderLength = 64 * 1024;

    /// <summary>The longest rendered JSON.</summary>
    public const int JsonLength = 1024 * 1024;

    /// <summary>The longest text on the way to a result.</summary>
    public const int TextLength = 256 * 1024;

    /// <summary>The most items of a list that a function makes.</summary>
    public const int ListLength = 10_000;

    /// <summary>Levels of parentheses and blocks in a template, and of lists and objects in a value.</summary>
    public const int Depth = 64;

    /// <summary>What one rendering may do in all: a step each, and what goes in and out of functions by its length.</summary>
    public const long Work = 256 * 1024;

    /// <summary>What may be done when rules load to make one value of a template's own texts, and how long the text may become that is kept.</summary>
    public const long FoldingWork = 1_000;

    public const int FoldedLength = 1_000;

    /// <summary>The longest name of anything.</summary>
    public const int NameLength = 100;

    /// <summary>The longest template.</summary>
    public const int TemplateLength = 256 * 1024;
}
