namespace AuthProxy.Rules.Patterns.Linear;

/// <summary>A pattern as a tree, whatever language it was written in.</summary>
internal abstract record PatternNode
{
    /// <summary>Stands for more steps than any program may have.</summary>
    private const long Unbounded = long.MaxValue / 4;

    private PatternNode()
    {
    }

    public static readonly PatternNode Empty = new Sequence([]);

    public abstract bool CanBeEmpty { get; }

    /// <summary>How many steps a program for this node takes, roughly.</summary>
    public abstract long Size { get; }

    /// <summary>One after the other; neighbouring texts become one.</summary>
    public static PatternNode InSequence(IEnumerable<PatternNode> nodes)
    {
        var items = new List<PatternNode>();
        foreach (var node in nodes)
        {
            if (node is Text text && items is [.., Text before])
            {
                items[^1] = new Text(before.Value + text.Value);
            }
            else
            {
                items.Add(node);
            }
        }

        return items is [var only] ? only : new Sequence(items);
    }

    /// <summary>Literal text.</summary>
    public sealed record Text(string Value) : PatternNode
    {
        public override bool CanBeEmpty => Value.Length == 0;

        public override long Size => 1;
    }

    /// <summary>One character of a set.</summary>
    public sealed record One(CharacterSet Set) : PatternNode
    {
        public override bool CanBeEmpty => false;

        public override long Size => 1;
    }

    public sealed record Sequence(IReadOnlyList<PatternNode> Items) : PatternNode
    {
        public override bool CanBeEmpty => Items.All(item => item.CanBeEmpty);

        public override long Size => Math.Min(Unbounded, Items.Sum(item => Math.Min(item.Size, Unbounded / (Items.Count + 1))));
    }

    /// <summary>The first alternative with which the rest fits.</summary>
    public sealed record Choice(IReadOnlyList<PatternNode> Alternatives) : PatternNode
    {
        public override bool CanBeEmpty => Alternatives.Any(alternative => alternative.CanBeEmpty);

        public override long Size => new Sequence(Alternatives).Size + 2 * Alternatives.Count;
    }

    /// <summary>A repetition; without a maximum, or with one above one, its body is never empty.</summary>
    public sealed record Loop(PatternNode Body, int Minimum, int? Maximum, bool Greedy) : PatternNode
    {
        public override bool CanBeEmpty => Minimum == 0 || Body.CanBeEmpty;

        public override long Size => Body.Size is var body && body < Unbounded / 20_000 ? (body + 2) * ((Maximum ?? Minimum) + 1) : Unbounded;
    }

    /// <summary>A capture. The named ones are numbered after all others.</summary>
    public sealed record Group(int Ordinal, bool Named, PatternNode Body) : PatternNode
    {
        public override bool CanBeEmpty => Body.CanBeEmpty;

        public override long Size => Body.Size + 2;
    }

    /// <summary>What only .NET's engine understands.</summary>
    public sealed record Foreign : PatternNode
    {
        public static readonly Foreign Instance = new();

        public override bool CanBeEmpty => true;

        public override long Size => Unbounded;
    }
}

/// <summary>Counts the captures of one pattern in the order of their opening brackets.</summary>
internal sealed class GroupNumbers
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public int Unnamed { get; private set; }

    public int Count => Unnamed + _names.Count;

    public int TakeUnnamed() => Unnamed++;

    /// <summary>Null where another capture has that name.</summary>
    public int? TryTakeNamed(string name) => _names.Add(name) ? _names.Count - 1 : null;

    public int NumberOf(PatternNode.Group group) => group.Named ? Unnamed + group.Ordinal : group.Ordinal;
}
