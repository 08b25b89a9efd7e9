using System.Text;
using System.Text.RegularExpressions;

namespace AuthProxy.Rules.Patterns;

/// <summary>A match of Oathkeeper's form, strategy <c>regexp</c>: a URL in which <c>&lt;…&gt;</c> holds regular expressions.</summary>
internal sealed class RegexpPattern : RulePattern
{
    /// <summary>Oathkeeper's own; its expiry is a refusal, never "no match".</summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMilliseconds(250);

    private readonly Regex? _regex;

    private RegexpPattern(string text, IReadOnlyList<string> methods, string prefix, Regex? regex)
        : base(text, methods)
    {
        Prefix = prefix;
        _regex = regex;
    }

    /// <summary>The literal text that every matching URL begins with; the whole URL where there is nothing else.</summary>
    public string Prefix { get; }

    public override IReadOnlyList<string> CaptureNames => [];

    /// <summary>Null where the text is no pattern; then <paramref name="fault"/> says why.</summary>
    public static RegexpPattern? TryParse(string text, IReadOnlyList<string> methods, out string fault)
    {
        if (DelimitedText.TrySplit(text) is not { } split)
        {
            fault = "has unbalanced angle brackets";
            return null;
        }

        var parts = AuthorityText.Normalize(split);
        var prefix = parts is [{ IsPattern: false } first, ..] ? first.Text : "";
        if (!parts.Exists(part => part.IsPattern))
        {
            fault = "";
            return new RegexpPattern(text, methods, prefix, null);
        }

        return TryCompile(parts, out fault) is { } compiled ? new RegexpPattern(text, methods, prefix, compiled) : null;
    }

    /// <summary>The literal host of the pattern without its port; null where the host is a pattern itself.</summary>
    public string? LiteralHost => AuthorityText.HostOf(Prefix, isWholeUrl: _regex is null);

    internal override PatternVerdict Test(in RequestFacts facts)
    {
        if (!Methods.Contains(facts.Method, StringComparer.OrdinalIgnoreCase))
        {
            return PatternVerdict.No;
        }

        using var url = new MatchUrl(facts);
        return Test(url.Text);
    }

    internal PatternVerdict Test(ReadOnlySpan<char> url)
    {
        if (_regex is null)
        {
            return url.SequenceEqual(Prefix) ? PatternVerdict.Yes : PatternVerdict.No;
        }

        try
        {
            return _regex.IsMatch(url) ? PatternVerdict.Yes : PatternVerdict.No;
        }
        catch (RegexMatchTimeoutException)
        {
            return PatternVerdict.Failed;
        }
    }

    internal override IReadOnlyList<string>? ReadCaptures(in RequestFacts facts)
    {
        if (_regex is null)
        {
            return [];
        }

        try
        {
            using var url = new MatchUrl(facts);
            var match = _regex.Match(url.Text.ToString());

            // Named groups come after all unnamed ones, here as there; one that took no part is empty.
            return [.. match.Groups.Values.Skip(1).Select(group => group.Value)];
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static Regex? TryCompile(List<DelimitedPart> parts, out string fault)
    {
        var whole = new StringBuilder(@"\A(?:");
        foreach (var part in parts)
        {
            if (!part.IsPattern)
            {
                whole.Append(Regex.Escape(part.Text));
                continue;
            }

            // Each on its own first: "a)(b" would only balance in company.
            if (RegexpDialect.TryTranslate(part.Text, out fault) is not { } translated || TryCompile(translated, out fault) is null)
            {
                return null;
            }

            whole.Append('(').Append(translated).Append(')');
        }

        // "$" would also match before a final line feed.
        return TryCompile(whole.Append(@")\z").ToString(), out fault);
    }

    private static Regex? TryCompile(string pattern, out string fault)
    {
        try
        {
            fault = "";
            return new Regex(pattern, RegexOptions.CultureInvariant, TimeLimit);
        }
        catch (ArgumentException error)
        {
            fault = $"is no regular expression: {error.Message}";
            return null;
        }
    }
}
