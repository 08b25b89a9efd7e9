namespace AuthProxy.Rules.Patterns;

/// <summary>Which requests a rule is for.</summary>
public abstract class RulePattern
{
    private protected RulePattern(string text, IReadOnlyList<string> methods)
    {
        Text = text;
        Methods = methods;
    }

    /// <summary>The pattern as written.</summary>
    public string Text { get; }

    /// <summary>The host that the pattern is for as written, such as <c>*.example.com</c>; null for any, or where <see cref="Text"/> is a whole address.</summary>
    public virtual string? HostText => null;

    /// <summary>The methods in upper case. Empty: any in our form, none in Oathkeeper's.</summary>
    public IReadOnlyList<string> Methods { get; }

    /// <summary>The names of the captures, in order; empty where captures have numbers only.</summary>
    public abstract IReadOnlyList<string> CaptureNames { get; }

    /// <summary>Whether one request fits; the slow way that the index must agree with.</summary>
    internal abstract PatternVerdict Test(in RequestFacts facts);

    /// <summary>How close a request comes to the pattern, at little cost; zero where it is not worth a word.</summary>
    internal abstract int Closeness(in RequestFacts facts);

    /// <summary>Why a request does not fit, as a sentence about the rule; null where it does.</summary>
    internal abstract string? WhyNot(in RequestFacts facts);

    /// <summary>The captures in order; null where the pattern did not come to an answer in time.</summary>
    internal abstract IReadOnlyList<string>? ReadCaptures(in RequestFacts facts);

    private protected string WhyNotMethod(string method) => Methods.Count == 0
        ? "names no methods and so never matches"
        : $"is for {string.Join(", ", Methods)}, not {method}";
}

/// <summary>What a pattern says of a request.</summary>
internal enum PatternVerdict
{
    No,
    Yes,

    /// <summary>No answer within the time limit.</summary>
    Failed,
}
