using AuthProxy.Rules.Templates;

namespace AuthProxy.Rules.Tests.Templates;

/// <summary>No template can hang a request or exhaust memory.</summary>
public class TemplateBoundsTests
{
    [Theory]
    [InlineData("{{ repeat 2000000 \"a\" }}")]
    [InlineData("{{ repeat 2000000000 .Subject }}")]
    [InlineData("{{ repeat 70000 .Subject }}")]
    [InlineData("{{ indent 2000000 .Subject }}")]
    [InlineData("{{ until 1000000000 }}")]
    [InlineData("{{ until -1000000000 }}")]
    [InlineData("{{ untilStep 0 2000000000 1 }}")]
    [InlineData("{{ seq 1000000000 }}")]
    [InlineData("{{ range 9000000000000000000 }}{{ end }}")]
    [InlineData("{{ range until 10000 }}{{ range until 10000 }}{{ end }}{{ end }}")]
    [InlineData("{{ $x := .Subject }}{{ range until 100 }}{{ $x = printf \"%s%s\" $x $x }}{{ end }}")]
    [InlineData("{{ $x := .Subject }}{{ range until 100 }}{{ $x = replace \"a\" $x $x }}{{ end }}{{ $x }}")]
    [InlineData("{{ $x := list }}{{ range until 10000 }}{{ $x = list $x }}{{ end }}{{ $x }}")]
    [InlineData("{{ $x := list }}{{ range until 10000 }}{{ $x = list $x }}{{ end }}{{ toJson $x }}")]
    [InlineData("{{ $x := list 1 }}{{ range until 60 }}{{ $x = list $x $x }}{{ end }}{{ $x }}")]
    [InlineData("{{ $x := list 1 }}{{ range until 60 }}{{ $x = list $x $x }}{{ end }}{{ toJson $x }}")]
    [InlineData("{{ $x := list 1 }}{{ range until 60 }}{{ $x = list $x $x }}{{ end }}{{ deepEqual $x $x }}")]
    [InlineData("{{ $x := list 1 }}{{ range until 60 }}{{ $x = list $x $x }}{{ end }}{{ deepCopy $x }}")]
    [InlineData("{{ $x := list .Subject }}{{ range until 100 }}{{ $x = concat $x $x }}{{ end }}")]
    [InlineData("{{ $d := dict }}{{ $_ := set $d \"self\" $d }}{{ $d }}")]
    [InlineData("{{ $d := dict }}{{ $_ := set $d \"self\" $d }}{{ toJson $d }}")]
    [InlineData("{{ $d := dict }}{{ $_ := set $d \"self\" $d }}{{ deepCopy $d }}")]
    [InlineData("{{ $d := dict }}{{ $_ := set $d \"self\" $d }}{{ merge $d $d }}{{ deepEqual $d (dict \"self\" $d) }}{{ printf \"%v\" $d }}")]
    [InlineData("{{ $d := dict }}{{ range $i := until 10000 }}{{ $_ := set $d (print $i) 1 }}{{ end }}{{ range $i := until 10000 }}{{ $_ := keys $d }}{{ end }}")]
    [InlineData("{{ uniq (until 10000) }}")]
    [InlineData("{{ $t := repeat 40000 .Subject }}{{ range until 10000 }}{{ $_ := upper $t }}{{ end }}")]
    [InlineData("{{ printf \"%1000s%1000d\" .Subject 2 | repeat 40 }}")]
    [InlineData("{{ regexReplaceAll \"a*\" (repeat 20000 .Subject) (repeat 10000 .Subject) }}")]
    [InlineData("{{ regexReplaceAll \"a\" (repeat 10 .Subject) (repeat 50000 .Subject) }}")]
    [InlineData("{{ $d := dict }}{{ range $i := until 600 }}{{ $_ := set $d (print $i) 1 }}{{ end }}{{ $x := dict \"x\" $d }}{{ range until 10000 }}{{ $_ := merge $x (dict \"x\" (dict \"0\" 1)) }}{{ end }}")]
    [InlineData("{{ $d := dict }}{{ range $i := until 600 }}{{ $_ := set $d (print $i) 1 }}{{ end }}{{ range until 10000 }}{{ range $d }}{{ break }}{{ end }}{{ end }}")]
    [InlineData("{{ range until 10000 }}{{ $_ := dateInZone \"Monday\" (int64 0) \"Nowhere/There\" }}{{ end }}")]
    [InlineData("{{ wrapWith 1 (repeat 1000 .Subject) (repeat 10000 .Subject) }}")]
    [InlineData("{{ (repeat 200000 .Subject) | splitList \"\" }}")]
    public void Template_that_asks_for_too_much_fails(string template) =>
        Assert.StartsWith("failed:", Session.Render(template), StringComparison.Ordinal);

    [Fact]
    public void Header_is_no_longer_than_64_KiB()
    {
        Assert.Equal(65_535, Session.Render("{{ repeat 13107 .Subject }}").Length);
        Assert.StartsWith("failed: the text becomes too long for a header", Session.Render("{{ repeat 13108 .Subject }}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_is_no_longer_than_one_million_characters() =>
        Assert.StartsWith("failed:", Session.Json("""["{{ range until 100 }}{{ repeat 10000 $.Subject }}{{ end }}"]""", Session.Values(subject: "\"\"")), StringComparison.Ordinal);

    [Theory]
    [InlineData("(", ")")]
    [InlineData("print (", ")")]
    public void Parentheses_are_nested_only_so_deep(string open, string close)
    {
        static string Nested(string open, string close, int levels) =>
            $"{{{{ {string.Concat(Enumerable.Repeat(open, levels))}.Subject{string.Concat(Enumerable.Repeat(close, levels))} }}}}";

        Assert.NotNull(Template.TryParse(Nested(open, close, 50), out _));
        Assert.Null(Template.TryParse(Nested(open, close, 100_000 / open.Length), out var fault));
        Assert.Contains("nested too deep", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ if true }}")]
    [InlineData("{{ range .Extra.list }}")]
    [InlineData("{{ if true }}{{ else if false }}")]
    public void Blocks_are_nested_only_so_deep(string open)
    {
        Assert.Null(Template.TryParse(string.Concat(Enumerable.Repeat(open, 5_000)), out var fault));
        Assert.Contains("nested too deep", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Pipes_and_members_are_followed_only_so_far()
    {
        Assert.Null(Template.TryParse($"{{{{ .Subject{string.Concat(Enumerable.Repeat(" | upper", 20_000))} }}}}", out var pipes));
        Assert.Contains("nested too deep", pipes, StringComparison.Ordinal);
        Assert.Null(Template.TryParse($"{{{{ $x := .Extra }}}}{{{{ $x{string.Concat(Enumerable.Repeat(".a", 50_000))} }}}}", out var members));
        Assert.Contains("nested too deep", members, StringComparison.Ordinal);
        Assert.Null(Template.TryParse($"{{{{ if false }}}}{string.Concat(Enumerable.Repeat("{{ else if false }}", 5_000))}{{{{ end }}}}", out var branches));
        Assert.Contains("nested too deep", branches, StringComparison.Ordinal);
    }

    [Fact]
    public void Template_itself_is_only_so_long()
    {
        Assert.Null(Template.TryParse(new string('a', 262_145), out var fault));
        Assert.Contains("is longer than 262144 characters", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Loading_makes_no_large_texts_of_small_ones()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var template = Template.TryParse(string.Concat(Enumerable.Repeat("{{ repeat 1000000 \"a\" }}", 1_000)), out _);

        Assert.NotNull(template);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000_000);
    }

    [Fact]
    public void Trimming_looks_at_each_character_once() =>
        Assert.Equal("", Session.Render("{{ trimAll (printf \"%sa\" (repeat 50000 .Subject)) (repeat 50000 .Subject) }}", values: Session.Values(subject: "bcde")));

    [Fact]
    public void Query_of_many_parameters_of_one_name_is_read_in_one_pass() =>
        Assert.Equal("100000", Session.Render("{{ .MatchContext.URL.Query.a | len }}", values: Session.Values(target: "/?" + string.Join('&', Enumerable.Repeat("a=1", 100_000)))));
}
