using AuthProxy.Rules.Patterns.Linear;

namespace AuthProxy.Rules.Patterns;

/// <summary>Reads Oathkeeper's URL patterns; one reader for all files of a rule set, because some engines are rationed.</summary>
internal abstract class UrlPatternReader
{
    /// <summary>Null where the text is no pattern; then <paramref name="fault"/> says why.</summary>
    public UrlPattern? TryRead(string text, IReadOnlyList<string> methods, out string fault)
    {
        if (DelimitedText.TrySplit(text) is not { } parts)
        {
            fault = "has unbalanced angle brackets";
            return null;
        }

        if (AuthorityText.WhyAmbiguous(parts) is { } ambiguous)
        {
            fault = ambiguous;
            return null;
        }

        return TryRead(AuthorityText.Normalize(parts), out fault) is var (root, matcher)
            ? new UrlPattern(text, methods, UrlBeginning.Of(root), UrlLiterals.Of(root), matcher)
            : null;
    }

    private protected abstract (PatternNode Root, UrlMatcher Matcher)? TryRead(IReadOnlyList<DelimitedPart> parts, out string fault);
}
