using System.Text.Json;

namespace AuthProxy.Hosting.Configuration;

/// <summary>Writes JSON Schema 2020-12. Each method adds members to the object that is open.</summary>
/// <param name="writer">Where to.</param>
/// <param name="known">What is known of named parts; takes the place of what their declarations say.</param>
internal sealed class JsonSchemaWriter(Utf8JsonWriter writer, IReadOnlyDictionary<string, Schema>? known = null)
{
    private readonly Dictionary<string, Func<Schema>> _definitions = new(StringComparer.Ordinal);
    private bool _isPart;

    public void WriteDocument(Schema schema)
    {
        writer.WriteStartObject();
        writer.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.WriteJson(this);
        WriteDefinitions();
        writer.WriteEndObject();
        writer.Flush();
    }

    public void Type(params ReadOnlySpan<string> types)
    {
        if (types.Length == 1)
        {
            writer.WriteString("type", types[0]);
            return;
        }

        writer.WriteStartArray("type");
        foreach (var type in types)
        {
            writer.WriteStringValue(type);
        }

        writer.WriteEndArray();
    }

    public void Text(string pattern)
    {
        writer.WriteString("type", "string");
        writer.WriteString("pattern", pattern);
    }

    public void Secret()
    {
        writer.WriteString("type", "string");
        writer.WriteBoolean("writeOnly", true);
    }

    public void Enum(IEnumerable<string> words)
    {
        writer.WriteStartArray("enum");
        foreach (var word in words)
        {
            writer.WriteStringValue(word);
        }

        writer.WriteEndArray();
    }

    public void Number(string keyword, string number)
    {
        writer.WritePropertyName(keyword);
        if (ByteSize.TryParse(number, out var size, out _))
        {
            writer.WriteNumberValue(size);
        }
        else
        {
            writer.WriteRawValue(number);
        }
    }

    public void Nested(string name, Schema schema)
    {
        writer.WriteStartObject(name);
        schema.WriteJson(this);
        writer.WriteEndObject();
    }

    public void AnyOf(IEnumerable<Schema> schemas)
    {
        writer.WriteStartArray("anyOf");
        foreach (var schema in schemas)
        {
            writer.WriteStartObject();
            schema.WriteJson(this);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public void Reference(string name, Func<Schema> schema)
    {
        _definitions.TryAdd(name, known?.GetValueOrDefault(name) is { } better ? () => better : schema);
        writer.WriteString("$ref", $"#/$defs/{name}");
    }

    /// <summary>The schema of something that is written in part: what is missing may stand elsewhere.</summary>
    public void Part(Schema schema)
    {
        _isPart = true;
        schema.WriteJson(this);
        _isPart = false;
    }

    /// <summary>A mapping whose <c>config</c> depends on the <c>handler</c> that it names.</summary>
    public void Handlers(IEnumerable<string> names, Action<string> writeConfig)
    {
        writer.WriteString("type", "object");
        writer.WriteStartObject("properties");
        StartProperty("handler", "The handler's name.");
        Enum(names);
        EndProperty();
        StartProperty("config", "Settings of this use, laid over the handler's own in the service's configuration.");
        EndProperty();
        writer.WriteEndObject();
        Required("handler");
        writer.WriteBoolean("additionalProperties", false);
        writer.WriteStartArray("allOf");
        foreach (var name in names)
        {
            writer.WriteStartObject();
            writer.WriteStartObject("if");
            WriteProperty("handler", () => writer.WriteString("const", name));
            Required("handler");
            writer.WriteEndObject();
            writer.WriteStartObject("then");
            WriteProperty("config", () => writeConfig(name));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>A mapping with exactly one key: a list of parts, or a single one.</summary>
    public void Combination(IEnumerable<string> lists, string single, Action writePart)
    {
        writer.WriteString("type", "object");
        writer.WriteStartObject("properties");
        foreach (var list in lists)
        {
            StartProperty(list, "Several, combined.");
            writer.WriteString("type", "array");
            writer.WriteNumber("minItems", 1);
            writer.WriteStartObject("items");
            writePart();
            writer.WriteEndObject();
            EndProperty();
        }

        StartProperty(single, "The opposite.");
        writePart();
        EndProperty();
        writer.WriteEndObject();
        writer.WriteBoolean("additionalProperties", false);
        writer.WriteNumber("minProperties", 1);
        writer.WriteNumber("maxProperties", 1);
    }

    public void StartProperty(string name, string description)
    {
        writer.WriteStartObject(name);
        writer.WriteString("description", description);
    }

    public void EndProperty() => writer.WriteEndObject();

    public void Default(ConfigScalar? value)
    {
        if (value is not null)
        {
            writer.WritePropertyName("default");
            value.WriteJson(writer);
        }
    }

    public void Example(string? value)
    {
        if (value is not null)
        {
            writer.WriteStartArray("examples");
            writer.WriteStringValue(value);
            writer.WriteEndArray();
        }
    }

    public void Object(string name, string sentence, IReadOnlyList<Setting> settings, IReadOnlyDictionary<string, (string Why, bool IsRefused)> withoutEffect)
    {
        writer.WriteString("title", name);
        writer.WriteString("$comment", sentence);
        writer.WriteString("type", "object");
        writer.WriteStartObject("properties");
        foreach (var setting in settings)
        {
            setting.WriteProperty(this);
        }

        foreach (var (key, known) in withoutEffect.Where(known => !known.Value.IsRefused))
        {
            StartProperty(key, $"Accepted without effect: {known.Why}");
            writer.WriteBoolean("deprecated", true);
            EndProperty();
        }

        writer.WriteEndObject();
        WriteRequired(settings);
        writer.WriteBoolean("additionalProperties", false);
    }

    private void WriteRequired(IReadOnlyList<Setting> settings)
    {
        var required = _isPart ? [] : settings.Where(setting => setting.IsRequired).ToArray();
        if (required.Length == 0)
        {
            return;
        }

        writer.WriteStartArray("allOf");
        foreach (var setting in required)
        {
            // A secret is there under either of its names.
            writer.WriteStartObject();
            writer.WriteStartArray("anyOf");
            foreach (var name in setting.Names)
            {
                writer.WriteStartObject();
                Required(name);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void Required(string name)
    {
        writer.WriteStartArray("required");
        writer.WriteStringValue(name);
        writer.WriteEndArray();
    }

    private void WriteProperty(string name, Action write)
    {
        writer.WriteStartObject("properties");
        writer.WriteStartObject(name);
        write();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void WriteDefinitions()
    {
        if (_definitions.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("$defs");
        var written = new HashSet<string>(StringComparer.Ordinal);

        // Writing one definition may name further ones.
        while (_definitions.FirstOrDefault(definition => !written.Contains(definition.Key)) is { Key: { } name, Value: { } schema })
        {
            written.Add(name);
            Nested(name, schema());
        }

        writer.WriteEndObject();
    }
}
