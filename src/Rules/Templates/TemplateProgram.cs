using AuthProxy.Rules.Templates.Nodes;

namespace AuthProxy.Rules.Templates;

/// <summary>A template as it was compiled.</summary>
/// <param name="Body">What is rendered.</param>
/// <param name="Variables">How many variables it has.</param>
/// <param name="Literals">Every text that stands in its actions, told apart by reference.</param>
internal sealed record TemplateProgram(TemplateNode Body, int Variables, IReadOnlySet<string> Literals);
