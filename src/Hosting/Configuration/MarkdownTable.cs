namespace AuthProxy.Hosting.Configuration;

/// <summary>The documentation's table of keys.</summary>
internal sealed class MarkdownTable(TextWriter writer)
{
    public void WriteHead()
    {
        writer.Write("| key | type | default | bounds | meaning |\n");
        writer.Write("| --- | --- | --- | --- | --- |\n");
    }

    public void WriteRow(string key, string type, string @default, string bounds, string sentence)
    {
        var shown = @default is "" or "required" ? @default : $"`{@default}`";
        writer.Write($"| `{key}` | {type} | {shown} | {Cell(bounds)} | {Cell(sentence)} |\n");
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
