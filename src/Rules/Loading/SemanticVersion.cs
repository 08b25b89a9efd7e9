using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace AuthProxy.Rules.Loading;

/// <summary>The version that a rule was written for, as semver.org orders it; what stands behind a plus has no order.</summary>
internal sealed partial record SemanticVersion(int Major, int Minor, int Patch, IReadOnlyList<string> PreRelease)
{
    /// <summary>With or without the <c>v</c> in front.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SemanticVersion? version)
    {
        version = null;
        if (Form().Match(text) is not { Success: true } match
            || !TryNumber(match, "major", out var major) || !TryNumber(match, "minor", out var minor) || !TryNumber(match, "patch", out var patch))
        {
            return false;
        }

        version = new SemanticVersion(major, minor, patch, match.Groups["pre"] is { Success: true, Value: var pre } ? pre.Split('.') : []);
        return true;
    }

    public bool IsAtMost(SemanticVersion other)
    {
        var core = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        return core != 0 ? core < 0 : ComparePreRelease(PreRelease, other.PreRelease) <= 0;
    }

    // 1.0.0-beta comes before 1.0.0, numbers before words, and the shorter of two with the same beginning first.
    private static int ComparePreRelease(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        if (one.Count == 0 || other.Count == 0)
        {
            return (one.Count == 0).CompareTo(other.Count == 0);
        }

        foreach (var (left, right) in one.Zip(other))
        {
            var order = (int.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var a), int.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out var b)) switch
            {
                (true, true) => a.CompareTo(b),
                (true, false) => -1,
                (false, true) => 1,
                _ => string.CompareOrdinal(left, right),
            };
            if (order != 0)
            {
                return order;
            }
        }

        return one.Count.CompareTo(other.Count);
    }

    private static bool TryNumber(Match match, string group, out int number) =>
        int.TryParse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    [GeneratedRegex(@"\Av?(?<major>[0-9]+)\.(?<minor>[0-9]+)\.(?<patch>[0-9]+)(-(?<pre>[0-9A-Za-z.-]+))?(\+[0-9A-Za-z.-]+)?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
