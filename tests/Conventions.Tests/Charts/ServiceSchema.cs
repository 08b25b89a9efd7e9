using System.Text.Json.Nodes;

namespace AuthProxy.Conventions.Tests.Charts;

/// <summary>
/// The part of a service's configuration that stands in a chart's values: without secrets, which would end in ConfigMaps and in the
/// release's history, and without what the chart itself decides.
/// </summary>
internal static class ServiceSchema
{
    private static readonly Dictionary<string, string[]> TheCharts = new(StringComparer.Ordinal)
    {
        ["authproxy"] =
        [
            "data_folder", "serve.proxy.host", "serve.proxy.port", "serve.proxy.h2c_port", "serve.proxy.socket", "serve.proxy.tls", "serve.api", "serve.admin.socket",
            "serve.decisions.listen", "sessions.path", "sessions.keys_folder", "drain",
        ],
        ["tokenizer"] = ["data_folder", "master_keys", "serve.users", "serve.services", "serve.drain"],
    };

    private static readonly string[] Handlers = ["authenticators", "authorizers", "mutators", "errors.handlers"];

    public static JsonObject Of(string service)
    {
        var schema = Relaxed(Read(service));
        foreach (var place in TheCharts[service])
        {
            var parent = place.Split('.')[..^1].Aggregate(schema, (node, key) => (JsonObject)node["properties"]![key]!);
            ((JsonObject)parent["properties"]!).Remove(place.Split('.')[^1]);
        }

        if (service == "authproxy")
        {
            foreach (var kind in Handlers)
            {
                NameHandlers((JsonObject)kind.Split('.').Aggregate((JsonNode)schema, (node, key) => node["properties"]![key]!), kind.Split('.')[0]);
            }
        }

        return schema;
    }

    private static JsonObject Read(string name) => (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "config", "schema", $"{name}.schema.json")))!;

    // Whatever has settings of its own is closed by them.
    private static void NameHandlers(JsonObject map, string kind)
    {
        var any = (JsonObject)map["additionalProperties"]!;
        var named = new JsonObject();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "config", "schema"), $"{kind}.*.schema.json").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(file).Split('.')[1];
            var one = (JsonObject)any.DeepClone();
            one["properties"]!["config"] = Relaxed(Read($"{kind}.{name}"));
            named[name] = one;
        }

        map["properties"] = named;
        map["additionalProperties"] = false;
    }

    /// <summary>Nothing is required, because values are laid over each other, and nothing that may hold a secret is left.</summary>
    private static JsonObject Relaxed(JsonObject schema)
    {
        var relaxed = new JsonObject();
        foreach (var (key, value) in schema)
        {
            switch (key, value)
            {
                case ("$schema" or "title" or "$comment" or "default" or "required" or "allOf" or "anyOf", _):
                    break;
                case ("properties", JsonObject properties):
                    relaxed[key] = new JsonObject(properties.Where(property => property.Value is not JsonObject { } one || one["writeOnly"] is null)
                        .Select(property => KeyValuePair.Create(property.Key, (JsonNode?)Relaxed((JsonObject)property.Value!))));
                    break;
                case (_, JsonObject inner):
                    relaxed[key] = Relaxed(inner);
                    break;
                default:
                    relaxed[key] = value?.DeepClone();
                    break;
            }
        }

        return relaxed;
    }
}
