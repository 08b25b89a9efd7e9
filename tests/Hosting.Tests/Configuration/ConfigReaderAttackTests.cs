using System.Diagnostics;
using System.Globalization;
using System.Text;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Hosting.Tests.Configuration;

/// <summary>Rule files may come from another team: whatever they hold costs them a fault and us nothing.</summary>
public class ConfigReaderAttackTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("- "), InlineData("? "), InlineData("["), InlineData("{"), InlineData("[{a: "), InlineData("&a "), InlineData("!a "), InlineData("!"), InlineData("'"), InlineData("\""), InlineData("\\"),
     InlineData("|\n"), InlineData("---\n"), InlineData("%a\n"), InlineData("a: "), InlineData("a:\n "), InlineData("#"), InlineData(","), InlineData("*a "), InlineData("\t"), InlineData("\r"), InlineData("\u2028"), InlineData("- [? ")]
    public void Endless_repetition_ends_quickly_in_nodes_or_faults(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 100_000 / piece.Length));
        var clock = Stopwatch.StartNew();

        ConfigReader.ReadText(text, "f", new ConfigFaults());

        Assert.True(clock.Elapsed < Bound, $"took {clock.Elapsed}");
    }

    [Fact]
    public void Random_damage_to_a_sound_text_never_throws()
    {
        const string Sound = "a: &x [1, 'b', \"c\\n\", {d: e}]\nf:\n- g: |\n    h\n  i: >-\n    j\n- *x\n# k\n\"l\": ~\n---\n{\"m\": [true, null]}\n";
        const string Pieces = "-?:,[]{}#&*!|>'\"%@` \t\n\r\\a0\u0085\u2028\ud800\ufeff~<=";
        var random = new Random(20_250_101);
        for (var round = 0; round < 20_000; round++)
        {
            var text = new StringBuilder(Sound);
            for (var edits = random.Next(1, 6); edits > 0; edits--)
            {
                var at = random.Next(text.Length);
                _ = random.Next(3) switch
                {
                    0 => text.Remove(at, Math.Min(random.Next(1, 8), text.Length - at)),
                    1 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                    _ => text.Insert(at, text.ToString(at, Math.Min(random.Next(1, 12), text.Length - at))),
                };
                text.Append(' ');
            }

            var faults = new ConfigFaults();
            foreach (var root in ConfigReader.ReadText(text.ToString(), "f", faults))
            {
                SampleSettings.Schema.Read(root, faults);
            }
        }
    }

    [Fact]
    public void Ten_thousand_rules_are_read_in_time_for_a_reload()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 10_000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"- id: rule-{i}\n  match: {{ url: 'http://example.com/api/v{i}/<.*>', methods: [GET, POST] }}\n  authenticators: [{{ handler: jwt, config: {{ target_audience: [a{i}] }} }}]\n  authorizer: {{ handler: allow }}\n  mutators:\n  - handler: header\n    config:\n      headers:\n        X-User: \"{{{{ print .Subject }}}}\"\n");
        }

        var clock = Stopwatch.StartNew();
        var faults = new ConfigFaults();
        var root = Assert.IsType<ConfigSequence>(Assert.Single(ConfigReader.ReadText(text.ToString(), "f", faults)));

        Assert.Empty(faults);
        Assert.Equal(10_000, root.Items.Count);
        Assert.True(clock.Elapsed < Bound, $"took {clock.Elapsed}");
    }
}
