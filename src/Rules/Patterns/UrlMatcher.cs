namespace AuthProxy.Rules.Patterns;

/// <summary>An engine with one pattern in it.</summary>
internal abstract class UrlMatcher
{
    public abstract PatternVerdict Test(ReadOnlySpan<char> url);

    /// <summary>The captures in order; null where the engine did not come to an answer in time.</summary>
    public abstract IReadOnlyList<string>? ReadCaptures(ReadOnlySpan<char> url);
}
