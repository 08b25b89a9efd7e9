using System.Text;
using System.Text.Json;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Hosting.Tests.Configuration;

public class ConfigReaderTests
{
    [Fact]
    public void Nodes_know_file_line_and_full_key()
    {
        var (roots, faults) = Read("a:\n  b:\n  - c: 1\n  - d\n");

        Assert.Empty(faults);
        var list = (ConfigSequence)((ConfigMapping)((ConfigMapping)roots[0])["a"]!)["b"]!;
        Assert.Equal(("c.yaml", 2, "a.b"), (list.File, list.Line, list.Key));
        var c = ((ConfigMapping)list.Items[0])["c"]!;
        Assert.Equal((3, "a.b[0].c"), (c.Line, c.Key));
        Assert.Equal((4, "a.b[1]"), (list.Items[1].Line, list.Items[1].Key));
    }

    [Fact]
    public void Several_documents_and_lists_at_the_root_are_possible()
    {
        var (roots, faults) = Read("- a\n---\nversion: x\n");

        Assert.Empty(faults);
        Assert.IsType<ConfigSequence>(roots[0]);
        Assert.IsType<ConfigMapping>(roots[1]);
    }

    [Theory]
    [InlineData("""{"a": "x\/y\u00e9\ud83d\ude00\t", "b": [1, 2.5, true, null, -3e2], "c": {}}""")]
    [InlineData("{\n\t\"a\": [\n\t\t1,\n\t\t\"x\"\n\t],\n\t\"b\":{\"c\":\"http://x:1/{a}\"}\n}")]
    [InlineData("""["<.*>", "a: b", "# no comment", "'", "\"", "\\d+", "" ]""")]
    [InlineData("""{"a":1,"b":"x","c":["y","z"],"d":{"e":"f"}}""")]
    public void Json_is_read_as_what_it_says(string json)
    {
        var (roots, faults) = Read(json);

        Assert.Empty(faults);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            roots[0].WriteJson(writer);
        }

        using var expected = JsonDocument.Parse(json);
        using var actual = JsonDocument.Parse(stream.ToArray());
        Assert.True(JsonElement.DeepEquals(expected.RootElement, actual.RootElement), Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public void Duplicate_key_is_a_fault_that_names_both_lines() =>
        Assert.Equal(["c.yaml:3: a.b is written twice; the first is at line 2"], Faults("a:\n  b: 1\n  b: 2\n"));

    [Fact]
    public void Indentation_by_tab_is_named() =>
        Assert.Equal(["c.yaml:2: the line is indented with a tab; YAML wants spaces"], Faults("a:\n\tb: 1\n"));

    [Theory]
    [InlineData("a: [1, 2")]
    [InlineData("a: 'x")]
    [InlineData("a: b: c")]
    [InlineData("}")]
    [InlineData("\"\\q\"")]
    [InlineData("a: *unknown")]
    [InlineData("&a [*a]")]
    [InlineData("? [a]\n: b")]
    [InlineData("a: !!binary x")]
    [InlineData("a: !custom x")]
    [InlineData("b: &x {c: 1}\na: {<<: *x}")]
    [InlineData("%YAML 9.9\n---\na")]
    [InlineData("a: 1\n\0b: 2")]
    [InlineData("- a\nb: c")]
    public void Broken_text_is_one_fault_and_no_exception(string text) => Assert.Single(Faults(text));

    [Fact]
    public void Secret_that_looks_like_an_alias_is_not_quoted_in_the_fault() =>
        Assert.DoesNotContain("hunter2", Assert.Single(Faults("a: *hunter2")), StringComparison.Ordinal);

    [Fact]
    public void Billion_laughs_are_refused()
    {
        var text = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (var i = 1; i < 30; i++)
        {
            text.Append($"a{i}: &a{i} [{string.Join(",", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }

        Assert.Contains("repeats too much by aliases", Assert.Single(Faults(text.ToString())), StringComparison.Ordinal);
    }

    [Fact]
    public void Shared_defaults_by_alias_are_possible()
    {
        var (roots, faults) = Read("x: &x {a: 1}\ny: *x\n");

        Assert.Empty(faults);
        Assert.Equal(("y.a", 2), (((ConfigMapping)((ConfigMapping)roots[0])["y"]!)["a"]!.Key, ((ConfigMapping)((ConfigMapping)roots[0])["y"]!)["a"]!.Line));
    }

    [Theory]
    [InlineData('[', ']'), InlineData('{', '}')]
    public void Deep_nesting_is_refused_without_deep_recursion(char open, char close) =>
        Assert.Contains("nested deeper", Assert.Single(Faults(Deep(open) + new string(close, 50_000))), StringComparison.Ordinal);

    [Fact]
    public void Oversize_text_is_refused()
    {
        var faults = new ConfigFaults();

        Assert.Empty(ConfigReader.ReadBytes(new byte[2000], "c.yaml", faults, new ConfigLimits { MaximumBytes = 1024 }));
        Assert.Equal("c.yaml: the file is larger than 1KiB", Assert.Single(faults).ToString());
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused_with_their_line()
    {
        var faults = new ConfigFaults();
        ConfigReader.ReadBytes([(byte)'a', (byte)'\n', 0xC3, 0x28], "c.yaml", faults);

        Assert.Equal("c.yaml:2: the file is not UTF-8 text", Assert.Single(faults).ToString());
    }

    [Fact]
    public void Missing_file_is_a_fault()
    {
        var faults = new ConfigFaults();
        ConfigReader.ReadFile("no-such-folder/c.yaml", faults);

        Assert.Equal("no-such-folder/c.yaml: the file does not exist", Assert.Single(faults).ToString());
    }

    [Fact]
    public void Overlay_goes_deep_into_mappings_and_replaces_everything_else()
    {
        var under = Read("a: {x: 1, y: [1, 2]}\nb: 1").Roots[0];
        var over = Read("a: {y: [3], z: 4}").Roots[0];

        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            ConfigNode.Overlay(under, over).WriteJson(writer);
        }

        Assert.Equal("""{"a":{"x":1,"y":[3],"z":4},"b":1}""", Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static string Deep(char open) => string.Concat(Enumerable.Repeat(open == '[' ? "[" : "{a: ", 50_000));

    private static string[] Faults(string text) => [.. Read(text).Faults.Select(fault => fault.ToString())];

    private static (IReadOnlyList<ConfigNode> Roots, ConfigFaults Faults) Read(string text)
    {
        var faults = new ConfigFaults();
        return (ConfigReader.ReadText(text, "c.yaml", faults), faults);
    }
}
