using YamlDotNet.RepresentationModel;

namespace AuthProxy.Helm.Tests.Rendering;

/// <summary>What helm made of a chart, or why it would not.</summary>
internal sealed record Rendered(bool Succeeded, string Text, string Errors)
{
    private readonly Lazy<IReadOnlyList<YamlMappingNode>> _documents = new(() => Parse(Text));

    public IReadOnlyList<YamlMappingNode> Documents => Succeeded ? _documents.Value : throw new InvalidOperationException(Errors);

    public IEnumerable<string> Names => Documents.Select(document => $"{document.Text("kind")}/{document.Text("metadata.name")}");

    /// <summary>The one object of this kind and name; of the kind alone where there is but one.</summary>
    public YamlMappingNode Object(string kind, string? name = null) =>
        Documents.Single(document => document.Text("kind") == kind && (name is null || document.Text("metadata.name") == name));

    public bool Has(string kind, string? name = null) =>
        Documents.Any(document => document.Text("kind") == kind && (name is null || document.Text("metadata.name") == name));

    /// <summary>Every pod that the objects make.</summary>
    public IEnumerable<YamlMappingNode> Pods => Documents.Where(document => document.Find("spec.template.spec") is not null).Select(document => (YamlMappingNode)document.Find("spec.template.spec")!);

    private static IReadOnlyList<YamlMappingNode> Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => document.RootNode).OfType<YamlMappingNode>()];
    }
}

/// <summary>Places in a manifest: <c>spec.template.spec.containers.0.image</c>.</summary>
internal static class YamlPlaces
{
    public static YamlNode? Find(this YamlNode node, string place) =>
        place.Split('.').Aggregate<string, YamlNode?>(node, (at, name) => at switch
        {
            YamlMappingNode map => map.Children.TryGetValue(new YamlScalarNode(name), out var value) ? value : null,
            YamlSequenceNode list => int.TryParse(name, out var index) && index < list.Children.Count ? list[index] : null,
            _ => null,
        });

    public static string? Text(this YamlNode node, string place) => (node.Find(place) as YamlScalarNode)?.Value;

    public static IEnumerable<YamlMappingNode> List(this YamlNode node, string place) => (node.Find(place) as YamlSequenceNode)?.OfType<YamlMappingNode>() ?? [];

    /// <summary>The entry of a list that has this name.</summary>
    public static YamlMappingNode Named(this YamlNode node, string place, string name) => node.List(place).Single(entry => entry.Text("name") == name);
}
