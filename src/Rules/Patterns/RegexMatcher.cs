using System.Text.RegularExpressions;

namespace AuthProxy.Rules.Patterns;

/// <summary>.NET's engine, for what ours does not run.</summary>
internal sealed class RegexMatcher(Regex regex) : UrlMatcher
{
    /// <summary>Oathkeeper's own; its expiry is a refusal, never "no match".</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromMilliseconds(250);

    public override PatternVerdict Test(ReadOnlySpan<char> url)
    {
        try
        {
            return regex.IsMatch(url) ? PatternVerdict.Yes : PatternVerdict.No;
        }
        catch (RegexMatchTimeoutException)
        {
            return PatternVerdict.Failed;
        }
    }

    public override IReadOnlyList<string>? ReadCaptures(ReadOnlySpan<char> url)
    {
        try
        {
            // Named groups come after all unnamed ones, here as there; one that took no part is empty.
            return [.. regex.Match(url.ToString()).Groups.Values.Skip(1).Select(group => group.Value)];
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    /// <summary>Null where the text is no regular expression; then <paramref name="fault"/> says why.</summary>
    public static Regex? TryCompile(string pattern, RegexOptions options, out string fault)
    {
        try
        {
            fault = "";
            return new Regex(pattern, RegexOptions.CultureInvariant | options, TimeLimit);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            fault = $"is no regular expression: {error.Message}";
            return null;
        }
    }
}
