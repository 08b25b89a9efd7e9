using System.Text;
using System.Text.Json;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Hosting.Tests.Configuration;

public class SchemaCatalogueTests
{
    [Fact]
    public void Json_schema_says_types_defaults_bounds_and_what_is_required()
    {
        var (fileName, content) = Assert.Single(new SchemaCatalogue().Register("sample", SampleSettings.Schema).Files());
        using var schema = JsonDocument.Parse(content);
        var root = schema.RootElement;
        var properties = root.GetProperty("properties");

        Assert.Equal("sample.schema.json", fileName);
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", root.GetProperty("$schema").GetString());
        Assert.False(root.GetProperty("additionalProperties").GetBoolean());
        Assert.Equal("""[{"anyOf":[{"required":["trusted_issuers"]}]}]""", Compact(root.GetProperty("allOf")));
        Assert.Equal(
            """{"description":"Port to listen on; at least 1; at most 65535.","type":"integer","minimum":1,"maximum":65535,"default":4455}""",
            Compact(properties.GetProperty("serve").GetProperty("properties").GetProperty("port")));
        Assert.Equal("30s", properties.GetProperty("clock_skew").GetProperty("default").GetString());
        Assert.Equal("""["memory","sqlite"]""", Compact(properties.GetProperty("store").GetProperty("enum")));
        Assert.True(properties.GetProperty("password").GetProperty("writeOnly").GetBoolean());
        Assert.True(properties.TryGetProperty("password_file", out _));
        Assert.True(properties.GetProperty("version").GetProperty("deprecated").GetBoolean());
        Assert.False(properties.TryGetProperty("leak_sensitive_values", out _));
    }

    [Fact]
    public void Markdown_table_has_a_row_for_each_key()
    {
        var text = new StringWriter();
        SampleSettings.Schema.WriteMarkdown(text);

        Assert.Contains("| `serve.port` | integer | `4455` | at least 1; at most 65535 | Port to listen on. |\n", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("| `trusted_issuers` | list of text | required | name at least one issuer | Issuers whose tokens are believed. |\n", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("| `password_file` |", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Schema_that_contains_itself_is_written_once()
    {
        Schema<int>? tree = null;
        var deferred = Declare.Deferred("tree", () => tree!);
        tree = Declare.Object<int>("tree", "", o =>
        {
            var children = o.List("children", deferred, "Below.");
            return read => 1 + read.Get(children).Sum();
        });
        var faults = new ConfigFaults();

        Assert.Equal(4, deferred.Read(ConfigReader.ReadText("children: [{}, {children: [{}]}]", "f", faults)[0], faults));

        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            deferred.WriteJsonSchema(writer);
        }

        Assert.Contains("\"items\":{\"$ref\":\"#/$defs/tree\"}", Encoding.UTF8.GetString(stream.ToArray()), StringComparison.Ordinal);
    }

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element);
}
