using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AuthProxy.Conventions.Tests.Charts;

/// <summary>
/// The JSON Schema of a chart's values, made from <c>values.yaml</c>: types from the defaults, meanings from the comments, and what comments
/// add behind <c>@schema</c>. Objects are closed: a misspelt key is an error before anything is installed.
/// </summary>
/// <remarks>
/// <c>@schema</c> is JSON that is laid over what the default says. Three keys are the generator's own: <c>free</c> (an object of somebody
/// else's keys), <c>configuration</c> (the configuration of the service of that name) and <c>proxy</c> (the values of one Proxy).
/// </remarks>
internal sealed class ValuesSchema
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly string[] _lines;
    private readonly JsonObject _definitions = [];

    private ValuesSchema(string text) => _lines = text.Split('\n');

    /// <param name="name">The chart's.</param>
    /// <param name="values">The text of its values.yaml.</param>
    /// <param name="libraries">Charts that it depends on: their values are there too, and mean nothing.</param>
    public static string Of(string name, string values, params IReadOnlyList<string> libraries)
    {
        var schema = new ValuesSchema(values);
        var root = schema.ObjectOf((YamlMappingNode)Load(values));
        foreach (var library in libraries)
        {
            ((JsonObject)root["properties"]!)[library] = new JsonObject { ["description"] = "Nothing reads values here.", ["type"] = "object" };
        }

        var whole = new JsonObject { ["$schema"] = "http://json-schema.org/draft-07/schema#", ["title"] = name };
        foreach (var (key, value) in root)
        {
            whole[key] = value?.DeepClone();
        }

        if (schema._definitions.Count > 0)
        {
            whole["definitions"] = schema._definitions;
        }

        return whole.ToJsonString(Indented) + "\n";
    }

    private static YamlNode Load(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents[0].RootNode;
    }

    private JsonObject ObjectOf(YamlMappingNode node)
    {
        var properties = new JsonObject();
        foreach (var (key, value) in node.Children)
        {
            // A merge key brings what stands elsewhere.
            if (key is YamlScalarNode { Value: { } name } && name != "<<")
            {
                properties[name] = Property(key.Start.Line, value);
            }
        }

        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
    }

    private JsonObject Property(long line, YamlNode value)
    {
        var (meaning, extra) = CommentAbove(line);
        var schema = new JsonObject();
        if (meaning.Length > 0)
        {
            schema["description"] = meaning;
        }

        if (extra.Remove("proxy"))
        {
            _definitions["proxy"] ??= ObjectOf((YamlMappingNode)value);
            return new JsonObject { ["$ref"] = "#/definitions/proxy" };
        }

        if (extra.Remove("configuration", out var service))
        {
            var name = (string)service!;
            _definitions[name] ??= ServiceSchema.Of(name);
            return new JsonObject { ["$ref"] = $"#/definitions/{name}" };
        }

        foreach (var (key, part) in extra.Remove("free") ? new JsonObject { ["type"] = "object" } : TypeOf(value))
        {
            schema[key] = part?.DeepClone();
        }

        foreach (var (key, part) in extra)
        {
            schema[key] = part?.DeepClone();
        }

        return schema;
    }

    private JsonObject TypeOf(YamlNode value) => value switch
    {
        YamlMappingNode map => ObjectOf(map),
        YamlSequenceNode => new JsonObject { ["type"] = "array" },
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } => new JsonObject { ["type"] = "boolean" },
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } text } when long.TryParse(text, out _) => new JsonObject { ["type"] = "integer" },
        _ => new JsonObject { ["type"] = "string" },
    };

    private (string Meaning, JsonObject Extra) CommentAbove(long line)
    {
        var meaning = new List<string>();
        var extra = new JsonObject();
        for (var index = (int)line - 2; index >= 0 && _lines[index].TrimStart().StartsWith('#'); index--)
        {
            var text = _lines[index].TrimStart()[1..].Trim();
            if (!text.StartsWith("@schema ", StringComparison.Ordinal))
            {
                meaning.Insert(0, text);
                continue;
            }

            foreach (var (key, value) in (JsonObject)JsonNode.Parse(text["@schema ".Length..])!)
            {
                extra[key] = value?.DeepClone();
            }
        }

        return (string.Join(' ', meaning), extra);
    }
}
