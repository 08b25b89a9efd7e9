namespace AuthProxy.Rules.Templates.Syntax;

internal enum TokenKind
{
    /// <summary>The template is over, or has a fault.</summary>
    End,

    /// <summary>Literal text between actions.</summary>
    Text,

    ActionStart,
    ActionEnd,

    /// <summary>A keyword or the name of a function.</summary>
    Name,

    /// <summary><c>.name</c>, with the name in the token.</summary>
    Field,

    Dot,

    /// <summary><c>$name</c>, with the name in the token; empty for <c>$</c>.</summary>
    Variable,

    /// <summary>A text, number, true or false, with its value in the token.</summary>
    Literal,

    Nil,
    Pipe,
    Open,
    Close,
    Declare,
    Assign,
    Comma,
}

/// <param name="Kind">What it is.</param>
/// <param name="Text">The literal text, or a name.</param>
/// <param name="Value">What a literal means.</param>
/// <param name="Line">Where it stands, counted from one.</param>
/// <param name="IsApart">Whether blank space stands in front of it.</param>
internal readonly record struct TemplateToken(TokenKind Kind, string Text, object? Value, int Line, bool IsApart);
