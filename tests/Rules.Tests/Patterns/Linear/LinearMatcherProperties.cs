using System.Text.RegularExpressions;
using AuthProxy.Rules.Patterns;
using AuthProxy.Rules.Patterns.Linear;
using FsCheck;
using FsCheck.Fluent;

namespace AuthProxy.Rules.Tests.Patterns.Linear;

/// <summary>Our engine against the framework's, whatever the pattern and the text: the same answer and the same captures.</summary>
public class LinearMatcherProperties
{
    private static readonly string[] Atoms =
        ["a", "b", "/", ".", "ab", "/a", @"\.", @"\d", @"\w", "[ab]", "[^/]", "[^ab]", "[a-b1]", @"[\d/]", ".*", ".+", "[^/]+", "[ab]*", @"\w*", @"\d{2}", "[a/]{1,3}", "a?", "b*?", ".+?", "[ab]??", "a{2,}", ".{0,2}", "é", @"\u0061", ""];

    private static readonly string[] Repetitions = ["", "", "", "?", "*", "+", "{2}", "{1,2}", "{0,3}", "{2,}", "??", "*?", "+?", "{1,2}?"];
    private static readonly string[] Openings = ["(", "(", "(?:", "(?<n>", "(?<m>"];
    private static readonly string[] Texts = ["a", "a", "a", "a", "b", "b", "ab", "/", "/", "1", "1", ".", "é", "\n"];

    private static readonly Gen<string> Segment = Choices(3);

    private static readonly Gen<string> Pattern =
        from parts in (from literal in Gen.Elements("", "", "", "a", "/") from segment in Segment select $"{literal}<{segment}>").ListOf(2)
        from end in Gen.Elements("", "", "", "a", "b/a")
        select string.Concat(parts) + end;

    private static readonly Gen<string> Text = from length in Gen.Choose(0, 9) from pieces in Gen.Elements(Texts).ListOf(length) select string.Concat(pieces);

    [Fact]
    public void Answers_and_captures_are_those_of_the_framework()
    {
        var (compared, matched) = (0, 0);
        Prop.ForAll((from pattern in Pattern from texts in Text.ListOf(16) select (pattern, texts)).ToArbitrary(), sample =>
        {
            if (Compile(sample.pattern) is not { } pair)
            {
                return true;
            }

            compared++;
            matched += sample.texts.Any(text => pair.Ours.Test(text) == PatternVerdict.Yes) ? 1 : 0;
            return sample.texts.All(text => Answer(pair.Theirs, text) is var theirs && (theirs == nameof(PatternVerdict.Failed) || theirs == Answer(pair.Ours, text)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithQuietOnSuccess(true));

        // Most patterns are for our engine, or the property says little.
        Assert.True(compared > 1000 && matched > 400, $"{compared} patterns were compared, {matched} of them matched something");
    }

    [Fact]
    public void What_our_syntax_accepts_the_framework_accepts() =>
        Prop.ForAll((from pieces in Gen.Elements([.. Atoms, .. Repetitions, .. Openings, ")", "|", "[", "]", "^", "$", "{", "}", "\\", "-", ",", "(?i:", "(?=", "(?!", @"\1", @"\b", "(?<", "0"]).ListOf() select string.Concat(pieces.Take(8))).ToArbitrary(), text =>
            RegexpSyntax.TryRead(text, new GroupNumbers()) is null || RegexMatcher.TryCompile(text, RegexOptions.None, out _) is not null)
        .Check(Config.QuickThrowOnFailure.WithMaxTest(20_000).WithQuietOnSuccess(true));

    private static Gen<string> Choices(int depth) =>
        from alternatives in Sequences(depth).ListOf()
        let few = alternatives.Take(3).ToArray()
        select string.Join('|', few.Length == 0 ? ["a"] : few);

    private static Gen<string> Sequences(int depth) =>
        from items in (depth == 0 ? Gen.Elements(Atoms) : Gen.Frequency((4, Gen.Elements(Atoms)), (1, Bracketed(depth)))).ListOf()
        select string.Concat(items.Take(3));

    private static Gen<string> Bracketed(int depth) =>
        from opening in Gen.Elements(Openings)
        from inside in Choices(depth - 1)
        from repetition in Gen.Elements(Repetitions)
        select $"{opening}{inside}){repetition}";

    private static (UrlMatcher Ours, UrlMatcher Theirs)? Compile(string pattern)
    {
        if (DelimitedText.TrySplit(pattern) is not { } parts)
        {
            return null;
        }

        var groups = new GroupNumbers();
        var nodes = parts.Select(part => !part.IsPattern ? new PatternNode.Text(part.Text)
            : groups.TakeUnnamed() is var ordinal && RegexpSyntax.TryRead(part.Text, groups) is { } node ? new PatternNode.Group(ordinal, false, node)
            : (PatternNode)PatternNode.Foreign.Instance).ToArray();
        var whole = string.Concat(parts.Select(part => part.IsPattern ? $"({part.Text})" : Regex.Escape(part.Text)));
        return LinearProgram.TryCompile(PatternNode.InSequence(nodes), groups) is { } program && RegexMatcher.TryCompile($@"\A(?:{whole})\z", RegexOptions.None, out _) is { } regex
            ? (new LinearMatcher(program), new RegexMatcher(regex))
            : null;
    }

    private static string Answer(UrlMatcher matcher, string text) => matcher.Test(text) switch
    {
        PatternVerdict.Yes => "yes: " + string.Join('|', matcher.ReadCaptures(text)!),
        var verdict => verdict.ToString(),
    };
}
