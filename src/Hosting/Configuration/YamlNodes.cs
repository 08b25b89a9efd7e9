using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AuthProxy.Hosting.Configuration;

/// <summary>YAML events to nodes, with limits on depth and aliases.</summary>
internal sealed class YamlNodes(string text, string file, string rootKey, bool fromEnvironment, ConfigFaults faults, ConfigLimits limits)
{
    private readonly Parser _parser = new(new StringReader(text));
    private readonly Dictionary<string, ConfigNode> _anchors = new(StringComparer.Ordinal);
    private int _aliasedNodes;

    public IReadOnlyList<ConfigNode> ReadDocuments()
    {
        var roots = new List<ConfigNode>();
        try
        {
            Take<StreamStart>();
            while (_parser.Current is not StreamEnd)
            {
                Take<DocumentStart>();
                _anchors.Clear();
                roots.Add(ReadNode(rootKey, 0, 1));
                Take<DocumentEnd>();
            }
        }
        catch (YamlException fault)
        {
            AddSyntaxFault((int)fault.Start.Line, fault.InnerException?.Message ?? fault.Message);
        }
        catch (RefusedText)
        {
            // Its fault is already in the list; nothing that follows can be trusted to mean what it says.
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The parser's own failures on odd input are faults of the text to us.
            AddSyntaxFault((int)(_parser.Current?.Start.Line ?? 0), "this is not well-formed YAML");
        }

        return roots;
    }

    private ConfigNode ReadNode(string key, int keyLine, int depth)
    {
        var at = _parser.Current ?? throw new YamlException("the text ends early");
        var line = LineOf(keyLine > 0 ? keyLine : (int)at.Start.Line);
        if (depth > limits.MaximumDepth)
        {
            throw Refuse(line, key, $"is nested deeper than {limits.MaximumDepth} levels");
        }

        if (at is AnchorAlias alias)
        {
            Take<AnchorAlias>();
            return Repeat(alias.Value.Value, key, line);
        }

        var start = (NodeEvent)at;
        RefuseForeignTag(start, key, line);
        ConfigNode node = start switch
        {
            Scalar scalar => ReadScalar(scalar, key, line),
            SequenceStart => ReadSequence(key, line, depth),
            MappingStart => ReadMapping(key, line, depth),
            _ => throw new YamlException("the text ends early or is not well-formed YAML"),
        };
        if (!start.Anchor.IsEmpty)
        {
            // Known only from here on: an alias inside its own anchor finds nothing.
            _anchors[start.Anchor.Value] = node;
        }

        return node;
    }

    private ConfigScalar ReadScalar(Scalar scalar, string key, int line)
    {
        Take<Scalar>();
        return new ConfigScalar(file, line, key, scalar.Value, scalar.Style == ScalarStyle.Plain && scalar.Tag.IsEmpty, fromEnvironment);
    }

    private ConfigSequence ReadSequence(string key, int line, int depth)
    {
        Take<SequenceStart>();
        var items = new List<ConfigNode>();
        while (_parser.Current is not SequenceEnd)
        {
            items.Add(ReadNode(ConfigNode.Join(key, items.Count), 0, depth + 1));
        }

        Take<SequenceEnd>();
        return new ConfigSequence(file, line, key, items, fromEnvironment);
    }

    private ConfigMapping ReadMapping(string key, int line, int depth)
    {
        Take<MappingStart>();
        var entries = new OrderedDictionary<string, ConfigNode>(StringComparer.Ordinal);
        while (_parser.Current is not MappingEnd)
        {
            var nameLine = (int)(_parser.Current?.Start.Line ?? 0);
            if (_parser.Current is not Scalar name)
            {
                throw Refuse(LineOf(nameLine), key, "has a key that is not plain text");
            }

            Take<Scalar>();
            if (name is { Value: "<<", Style: ScalarStyle.Plain })
            {
                throw Refuse(LineOf(nameLine), key, "uses a merge key (<<), which is not supported; repeat the keys");
            }

            var value = ReadNode(ConfigNode.Join(key, name.Value), nameLine, depth + 1);
            if (!entries.TryAdd(name.Value, value))
            {
                faults.Add(new ConfigFault(file, value.Line, value.Key, $"is written twice; the first is at line {entries[name.Value].Line}"));
            }
        }

        Take<MappingEnd>();
        return new ConfigMapping(file, line, key, entries, fromEnvironment);
    }

    private ConfigNode Repeat(string anchor, string key, int line)
    {
        if (!_anchors.TryGetValue(anchor, out var node))
        {
            // Without its name: it may be a secret that begins with an asterisk and lacks its quotation marks.
            throw Refuse(line, key, "names an anchor that is not defined above; write a text that begins with * in quotation marks");
        }

        _aliasedNodes += CountUpTo(node, limits.MaximumAliasedNodes + 1);
        if (_aliasedNodes > limits.MaximumAliasedNodes)
        {
            throw Refuse(line, key, $"repeats too much by aliases (more than {limits.MaximumAliasedNodes} values in one file)");
        }

        return node.At(key, line);
    }

    private static int CountUpTo(ConfigNode node, int limit)
    {
        IEnumerable<ConfigNode> children = node switch
        {
            ConfigMapping mapping => mapping.Entries.Values,
            ConfigSequence sequence => sequence.Items,
            _ => [],
        };
        var count = 1;
        foreach (var child in children)
        {
            if (count >= limit)
            {
                break;
            }

            count += CountUpTo(child, limit - count);
        }

        return count;
    }

    private void RefuseForeignTag(NodeEvent node, string key, int line)
    {
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific && node.Tag.Value is not ("tag:yaml.org,2002:str" or "tag:yaml.org,2002:map" or "tag:yaml.org,2002:seq"))
        {
            throw Refuse(line, key, "has a YAML tag; tags are not supported");
        }
    }

    private void Take<TEvent>()
        where TEvent : ParsingEvent
    {
        if (typeof(TEvent) == typeof(StreamStart))
        {
            _parser.MoveNext();
        }

        if (_parser.Current is not TEvent)
        {
            throw new YamlException(_parser.Current?.Start ?? Mark.Empty, _parser.Current?.End ?? Mark.Empty, "the text ends early or is not well-formed YAML");
        }

        _parser.MoveNext();
    }

    private void AddSyntaxFault(int line, string why)
    {
        if (fromEnvironment)
        {
            // The parser's words may quote the value, which may be a secret.
            faults.Add(new ConfigFault(file, 0, rootKey, "is not valid YAML"));
            return;
        }

        faults.Add(LineIndentedWithTab(line) is { } tab
            ? new ConfigFault(file, tab, "", "the line is indented with a tab; YAML wants spaces")
            : new ConfigFault(file, line, "", $"the file is not valid YAML here: {why.ReplaceLineEndings(" ")}"));
    }

    // The parser notices a tab only where it breaks something, which may be on the line before.
    private int? LineIndentedWithTab(int around)
    {
        var lines = text.Split('\n');
        for (var line = Math.Max(around, 1); line <= Math.Min(around + 1, lines.Length); line++)
        {
            var found = lines[line - 1].AsSpan();
            if (found[..(found.Length - found.TrimStart().Length)].Contains('\t'))
            {
                return line;
            }
        }

        return null;
    }

    // What comes from an environment variable has no line worth naming.
    private int LineOf(int line) => fromEnvironment ? 0 : line;

    private RefusedText Refuse(int line, string key, string message)
    {
        faults.Add(new ConfigFault(file, line, key.Length > 0 ? key : "the file", message));
        return new RefusedText();
    }

    private sealed class RefusedText : Exception;
}
