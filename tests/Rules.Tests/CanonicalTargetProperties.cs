using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace AuthProxy.Rules.Tests;

public class CanonicalTargetProperties
{
    private static readonly string[] Pieces =
        ["/", "/", "a", "B", ".", "..", "%2e", "%2E", "%2f", "%2F", "%5c", "\\", "%25", "252e", ";", "%3b", "%00", "%0a", "%c0%af", "%C3%A9", "é", "?", "#", " ", "%", "zz", "~", "%7e", "%41", "http://", "@", ":"];

    private static readonly Arbitrary<string> Targets = Gen.Elements(Pieces).ListOf().Select(pieces => "/" + string.Concat(pieces)).ToArbitrary();

    [Fact]
    public void Whatever_is_accepted_goes_upstream_unchanged() =>
        Prop.ForAll(Targets, raw => CanonicalTarget.Parse(raw, TargetOptions.Strict) is not TargetOutcome.Canonical { Target: var target } || target.ToString() == raw)
            .Check(Thorough);

    [Fact]
    public void What_is_accepted_reads_the_same_to_a_server_that_resolves_dots() =>
        Prop.ForAll(Targets, raw =>
            CanonicalTarget.Parse(raw, TargetOptions.Strict) is not TargetOutcome.Canonical { Target: var target }
            || Resolve(target.DecodedPath) == target.DecodedPath.TrimEnd('/'))
            .Check(Thorough);

    [Fact]
    public void Cleaning_a_cleaned_path_changes_nothing()
    {
        var cleaning = new TargetOptions { OathkeeperCleaning = true };
        Prop.ForAll(Targets, raw =>
            CanonicalTarget.Parse(raw, cleaning) is not TargetOutcome.Canonical { Target: var once }
            || (CanonicalTarget.Parse(once.ToString(), cleaning) is TargetOutcome.Canonical { Target: var twice } && twice.Path == once.Path && twice.DecodedPath == once.DecodedPath))
            .Check(Thorough);
    }

    [Fact]
    public void Decoded_path_is_what_the_escapes_say() =>
        Prop.ForAll(Targets, raw =>
            CanonicalTarget.Parse(raw, TargetOptions.Strict) is not TargetOutcome.Canonical { Target: var target }
            || target.DecodedPath == DecodeBytes(target.Path))
            .Check(Thorough);

    private static Config Thorough => Config.QuickThrowOnFailure.WithMaxTest(2000).WithQuietOnSuccess(true);

    private static string Resolve(string path)
    {
        var kept = new List<string>();
        foreach (var segment in path.Replace('\\', '/').Split('/'))
        {
            if (segment is "..")
            {
                kept.RemoveRange(Math.Max(0, kept.Count - 1), Math.Min(1, kept.Count));
            }
            else if (segment is not ("" or "."))
            {
                kept.Add(segment);
            }
        }

        return kept.Count == 0 ? "" : "/" + string.Join('/', kept);
    }

    private static string DecodeBytes(string path)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '%')
            {
                bytes.Add(Convert.ToByte(path.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                bytes.Add((byte)path[i]);
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
