namespace AuthProxy.Rules;

/// <summary>What became of a raw request target.</summary>
public abstract record TargetOutcome
{
    private TargetOutcome()
    {
    }

    /// <summary>The target has exactly one meaning.</summary>
    public sealed record Canonical(CanonicalTarget Target) : TargetOutcome;

    /// <summary>Rule and upstream could read the target differently; it goes no further.</summary>
    /// <param name="Fault">The kind of fault.</param>
    /// <param name="Why">For the operator; holds nothing of the target itself.</param>
    public sealed record Malformed(TargetFault Fault, string Why) : TargetOutcome;
}

/// <summary>What can be wrong with a request target.</summary>
public enum TargetFault
{
    /// <summary>Neither a path nor an absolute http address: <c>*</c>, <c>host:port</c>, a path without its slash.</summary>
    Form,

    /// <summary>The absolute form's authority is empty or holds what no host name holds.</summary>
    Authority,

    /// <summary>The absolute form carries user information (<c>good.example@evil.example</c>).</summary>
    UserInformation,

    /// <summary>A character outside ASCII that is not percent-encoded.</summary>
    NotAscii,

    /// <summary>A blank or control character, raw or percent-encoded, NUL among them.</summary>
    ControlCharacter,

    /// <summary>A fragment, which never belongs into a request.</summary>
    Fragment,

    /// <summary>A backslash, raw or percent-encoded: some servers read it as a slash.</summary>
    Backslash,

    /// <summary>A percent sign without two hexadecimal digits behind it.</summary>
    InvalidEscape,

    /// <summary>Escapes that are no UTF-8, overlong forms among them.</summary>
    NotUtf8,

    /// <summary>An encoded slash that nobody opted in to.</summary>
    EncodedSlash,

    /// <summary><c>//</c> in the path.</summary>
    EmptySegment,

    /// <summary><c>.</c> or <c>..</c>, however often encoded or dressed up with path parameters.</summary>
    DotSegment,

    /// <summary>Path parameters (<c>;x</c>) that decide which rule matches: servers disagree on whether they belong to the path.</summary>
    PathParameters,
}
