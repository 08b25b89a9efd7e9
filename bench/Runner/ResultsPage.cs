namespace AuthProxy.Bench;

/// <summary>The page of figures: each measurement writes its own section and leaves the others.</summary>
internal static class ResultsPage
{
    private const string Heading = "\n## ";

    /// <summary>Replaces what stands before the first section.</summary>
    public static void WriteHead(string file, string text)
    {
        var page = Read(file);
        var sections = page.IndexOf(Heading, StringComparison.Ordinal);
        File.WriteAllText(file, sections < 0 ? text : text + page[sections..]);
    }

    /// <summary>Replaces a section, or adds it.</summary>
    public static void WriteSection(string file, string title, string text)
    {
        var page = Read(file);
        var start = page.IndexOf(Heading + title + '\n', StringComparison.Ordinal);
        start = start < 0 ? page.Length : start;
        var end = start == page.Length ? -1 : page.IndexOf(Heading, start + 1, StringComparison.Ordinal);
        File.WriteAllText(file, $"{page[..start]}{Heading}{title}\n\n{text}{(end < 0 ? "" : page[end..])}");
    }

    private static string Read(string file) => File.Exists(file) ? File.ReadAllText(file) : "";
}
