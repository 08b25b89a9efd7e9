using System.Text.Json;

namespace AuthProxy.Hosting.Configuration;

/// <summary>Every kind of file and handler configuration a service knows, for <c>config/schema/</c> and the documentation.</summary>
public sealed class SchemaCatalogue
{
    private readonly SortedDictionary<string, Schema> _schemas = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Schema> _definitions = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Schema> Schemas => _schemas;

    /// <param name="name">The file's name without <c>.schema.json</c>, such as <c>authproxy</c> or <c>authenticators.jwt</c>.</param>
    public SchemaCatalogue Register(string name, Schema schema)
    {
        _schemas.Add(name, schema);
        return this;
    }

    /// <summary>Says more of a part that schemas refer to by name than its declaration can know.</summary>
    public SchemaCatalogue Define(string name, Schema schema)
    {
        _definitions.Add(name, schema);
        return this;
    }

    /// <summary>File names and contents, the same bytes every time.</summary>
    public IEnumerable<(string FileName, byte[] Content)> Files()
    {
        foreach (var (name, schema) in _schemas)
        {
            using var stream = new MemoryStream();
            using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
            {
                schema.WriteJsonSchema(writer, _definitions);
            }

            stream.WriteByte((byte)'\n');
            yield return ($"{name}.schema.json", stream.ToArray());
        }
    }

    public void WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (fileName, content) in Files())
        {
            File.WriteAllBytes(Path.Combine(folder, fileName), content);
        }
    }

    /// <summary>One section for each schema, with its table of keys.</summary>
    public void WriteMarkdown(TextWriter writer)
    {
        foreach (var (name, schema) in _schemas)
        {
            writer.Write($"## {name}\n\n");
            schema.WriteMarkdown(writer);
            writer.Write("\n");
        }
    }
}
