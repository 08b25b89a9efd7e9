namespace AuthProxy.Rules.Templates.Output;

/// <summary>Where a rendering writes to, and how what requests bring is encoded there.</summary>
internal abstract class TemplateOutput
{
    /// <summary>For what writes nothing.</summary>
    public static readonly TemplateOutput None = new NoOutput();

    /// <summary>Text that stands in the template itself.</summary>
    public abstract void WriteLiteral(string text, RenderScope scope);

    /// <summary>What an action made.</summary>
    public abstract void WriteValue(string text, RenderScope scope);

    /// <summary>The whole text, or null where the scope has failed because of it.</summary>
    public abstract string? Finish(RenderScope scope);

    private sealed class NoOutput : TemplateOutput
    {
        public override void WriteLiteral(string text, RenderScope scope)
        {
        }

        public override void WriteValue(string text, RenderScope scope)
        {
        }

        public override string? Finish(RenderScope scope) => null;
    }
}
