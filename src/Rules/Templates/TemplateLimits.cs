namespace AuthProxy.Rules.Templates;

/// <summary>How far a template may go: none can hang a request or exhaust memory, whatever it and its values are.</summary>
internal static class TemplateLimits
{
    /// <summary>The longest rendered value of a header, in characters.</summary>
    public const int HeaderLength = 64 * 1024;

    /// <summary>The longest rendered JSON, and the longest text on the way to any result.</summary>
    public const int TextLength = 1024 * 1024;

    /// <summary>The most items of a list that a function makes.</summary>
    public const int ListLength = 10_000;

    /// <summary>Levels of parentheses and blocks in a template, and of lists and objects in a value.</summary>
    public const int Depth = 64;

    /// <summary>What one rendering may do in all: a step each, and what goes in and out of functions by its length.</summary>
    public const long Work = 2 * 1024 * 1024;

    /// <summary>The longest template.</summary>
    public const int TemplateLength = 256 * 1024;
}
