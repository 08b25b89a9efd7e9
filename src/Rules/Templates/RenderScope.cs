using AuthProxy.Rules.Templates.Output;
using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates;

/// <summary>
/// One rendering: where it stands, how much it may still do, and whether it has failed. The first failure holds; whoever evaluates goes on
/// with nothing until the next node looks, so that no exception is needed for what a request can bring about.
/// </summary>
/// <param name="session">What the template speaks about.</param>
/// <param name="output">Where it writes to.</param>
/// <param name="program">What is rendered; null where values alone are written.</param>
internal sealed class RenderScope(GoSession session, TemplateOutput output, TemplateProgram? program = null)
{
    private long _work = TemplateLimits.Work;

    public GoSession Session => session;

    public TemplateOutput Output => output;

    public TimeProvider Clock => session.Values.Clock;

    /// <summary>The value of <c>.</c></summary>
    public object? Dot { get; set; } = session;

    public object?[] Variables { get; } = program is null or { Variables: 0 } ? [] : new object?[program.Variables];

    /// <summary>Why the text cannot be rendered; holds no value of the request's.</summary>
    public string? Fault { get; private set; }

    public bool Failed => Fault is not null;

    /// <summary>For what is made when rules load.</summary>
    public static RenderScope WithoutRequest() => new(new GoSession(new TemplateValues { Subject = "" }), TemplateOutput.None);

    /// <summary>
    /// Whether the text is one that stands in the template. Told by which object it is and not by what it says: no value of a request can be one.
    /// </summary>
    public bool IsOfTemplate(string text) => program is not null && program.Literals.Contains(text);

    /// <summary>Always null, so that who fails can return it.</summary>
    public object? Fail(string why)
    {
        Fault ??= why;
        return null;
    }

    /// <summary>Takes from what the rendering may do; false once that is used up.</summary>
    public bool Charge(long work)
    {
        _work -= Math.Max(1, work);
        if (_work < 0)
        {
            Fail("it does more than a template may");
        }

        return !Failed;
    }

    /// <summary>Whether a text that has become so long, this deep inside a value, may grow further.</summary>
    public bool MayGoOn(int length, int depth)
    {
        if (depth > TemplateLimits.Depth)
        {
            Fail("a value is nested too deep");
        }
        else if (length > TemplateLimits.TextLength)
        {
            Fail("a text becomes too long");
        }

        return Charge(1);
    }
}
