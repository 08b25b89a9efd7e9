namespace AuthProxy.Rules.Patterns.Linear;

/// <summary>Our own engine: linear in the text, and nothing is allocated to match.</summary>
internal sealed class LinearMatcher(LinearProgram program) : UrlMatcher
{
    private const int UsualFrames = 8;
    private const int UsualMarks = 32;

    public override PatternVerdict Test(ReadOnlySpan<char> url)
    {
        Span<ulong> marks = program.Marks == 0 ? [] : stackalloc ulong[UsualMarks];
        using var run = new LinearRun(program, url, [], stackalloc LinearRun.Frame[UsualFrames], marks);
        return run.Matches() ? PatternVerdict.Yes : PatternVerdict.No;
    }

    public override IReadOnlyList<string>? ReadCaptures(ReadOnlySpan<char> url)
    {
        var places = new int[2 * program.Groups];
        Array.Fill(places, -1);
        using var run = new LinearRun(program, url, places, stackalloc LinearRun.Frame[UsualFrames], stackalloc ulong[UsualMarks]);
        if (program.Groups == 0 || !run.Matches())
        {
            return [];
        }

        var captures = new string[program.Groups];
        for (var i = 0; i < captures.Length; i++)
        {
            captures[i] = places[2 * i] < 0 ? "" : url[places[2 * i]..places[2 * i + 1]].ToString();
        }

        return captures;
    }
}
