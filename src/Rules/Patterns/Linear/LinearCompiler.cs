namespace AuthProxy.Rules.Patterns.Linear;

/// <summary>Writes the steps of a pattern.</summary>
internal sealed class LinearCompiler(GroupNumbers groups)
{
    /// <summary>A step that so few ways lead to is taken seldom enough without a book.</summary>
    private const int FewWays = 16;

    private const int ManyWays = FewWays + 1;

    private readonly List<Step> _steps = [];
    private readonly HashSet<int> _loops = [];

    public LinearProgram Compile(PatternNode root)
    {
        Write(root);
        Add(new Step(StepKind.End));
        var marks = SettleChoices();
        return new LinearProgram([.. _steps], groups.Count, marks);
    }

    private int Add(Step step)
    {
        _steps.Add(step);
        return _steps.Count - 1;
    }

    private void Write(PatternNode node)
    {
        switch (node)
        {
            case PatternNode.Text { Value: "" }:
                break;
            case PatternNode.Text text:
                Add(new Step(StepKind.Text) { Text = text.Value });
                break;
            case PatternNode.One one:
                Add(new Step(StepKind.One) { Set = one.Set });
                break;
            case PatternNode.Sequence sequence:
                WriteTimes(1, sequence.Items);
                break;
            case PatternNode.Group group:
                var place = 2 * groups.NumberOf(group);
                Add(new Step(StepKind.Save) { First = place });
                Write(group.Body);
                Add(new Step(StepKind.Save) { First = place + 1 });
                break;
            case PatternNode.Choice choice:
                WriteChoice(choice.Alternatives);
                break;
            case PatternNode.Loop loop:
                WriteTimes(loop.Minimum, [loop.Body]);
                WriteRest(loop);
                break;
            default:
                throw new InvalidOperationException($"{node.GetType().Name} has no steps");
        }
    }

    private void WriteTimes(int times, IReadOnlyList<PatternNode> nodes)
    {
        for (var i = 0; i < times; i++)
        {
            foreach (var node in nodes)
            {
                Write(node);
            }
        }
    }

    private void WriteChoice(IReadOnlyList<PatternNode> alternatives)
    {
        var jumps = new List<int>();
        foreach (var alternative in alternatives.SkipLast(1))
        {
            var split = Add(new Step(StepKind.Split));
            Write(alternative);
            jumps.Add(Add(new Step(StepKind.Jump)));
            _steps[split] = _steps[split] with { First = split + 1, Second = _steps.Count };
        }

        Write(alternatives[^1]);
        foreach (var jump in jumps)
        {
            _steps[jump] = _steps[jump] with { First = _steps.Count };
        }
    }

    private void WriteRest(PatternNode.Loop loop)
    {
        if (loop is { Maximum: null, Greedy: true, Body: PatternNode.One { Set: var set } })
        {
            Add(new Step(StepKind.Run) { Set = set });
            return;
        }

        var splits = new List<int>();
        for (var i = loop.Minimum; i < (loop.Maximum ?? loop.Minimum + 1); i++)
        {
            splits.Add(Add(new Step(StepKind.Split)));
            Write(loop.Body);
        }

        if (loop.Maximum is null)
        {
            _loops.Add(splits[0]);
            Add(new Step(StepKind.Jump) { First = splits[0] });
        }

        foreach (var split in splits)
        {
            var (body, rest) = (split + 1, _steps.Count);
            _steps[split] = _steps[split] with { First = loop.Greedy ? body : rest, Second = loop.Greedy ? rest : body };
        }
    }

    /// <summary>Says of each choice what it needs to know in advance; gives back how many of them are marked.</summary>
    private int SettleChoices()
    {
        var marks = 0;
        var ways = 1;
        for (var i = 0; i < _steps.Count; i++)
        {
            if (_steps[i].Kind == StepKind.Run)
            {
                var whole = EndsWithRun(i + 1, _steps[i].Set, FewWays);
                _steps[i] = _steps[i] with { Kind = whole ? StepKind.WholeRun : StepKind.Run, Text = TextAt(i + 1), Mark = NextMark() };
                ways = whole ? ways : ManyWays;
            }
            else if (_steps[i].Kind == StepKind.Split)
            {
                ways = _loops.Contains(i) ? ManyWays : Math.Min(ManyWays, 2 * ways);
                _steps[i] = _steps[i] with { Mark = NextMark() };
            }
        }

        return marks;

        int NextMark() => ways > FewWays ? marks++ : Step.Unmarked;
    }

    /// <summary>Whether what follows can only fit where a run of the set has ended.</summary>
    private bool EndsWithRun(int step, CharacterSet set, int patience) => patience > 0 && _steps[step] switch
    {
        { Kind: StepKind.End } => true,
        { Kind: StepKind.Text, Text: var text } => !set.Contains(text[0]),
        { Kind: StepKind.Save } => EndsWithRun(step + 1, set, patience - 1),
        { Kind: StepKind.Jump, First: var target } => EndsWithRun(target, set, patience - 1),
        { Kind: StepKind.Split, First: var first, Second: var second } => EndsWithRun(first, set, patience / 2) && EndsWithRun(second, set, patience / 2),
        _ => false,
    };

    private string TextAt(int step) => _steps[step] switch
    {
        { Kind: StepKind.Text, Text: var text } => text,
        { Kind: StepKind.Save } => TextAt(step + 1),
        { Kind: StepKind.Jump, First: var target } when target > step => TextAt(target),
        _ => "",
    };
}
