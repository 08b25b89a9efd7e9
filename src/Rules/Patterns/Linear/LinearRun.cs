using System.Buffers;

namespace AuthProxy.Rules.Patterns.Linear;

/// <summary>
/// One program over one text, by backtracking that never takes a step twice at the same position: the order of a backtracking
/// engine, and so its captures, at a cost of at most steps times characters.
/// </summary>
internal ref struct LinearRun : IDisposable
{
    private readonly ReadOnlySpan<Step> _steps;
    private readonly ReadOnlySpan<char> _text;
    private readonly Span<int> _captures;
    private readonly ulong[]? _rentedMarks;
    private readonly Span<ulong> _marks;
    private Frame[]? _rentedFrames;
    private Span<Frame> _frames;
    private int _depth;
    private int _step;
    private int _position;

    /// <param name="program">The pattern.</param>
    /// <param name="text">The text.</param>
    /// <param name="captures">Two places for each capture, filled with -1; empty where nobody asks.</param>
    /// <param name="frames">Room to begin with.</param>
    /// <param name="marks">Room that is used if it suffices.</param>
    public LinearRun(LinearProgram program, ReadOnlySpan<char> text, Span<int> captures, Span<Frame> frames, Span<ulong> marks)
    {
        _steps = program.Steps;
        _text = text;
        _captures = captures;
        _frames = frames;
        var words = (program.Marks * (text.Length + 1) + 63) / 64;
        if (words > marks.Length)
        {
            marks = _rentedMarks = ArrayPool<ulong>.Shared.Rent(words);
        }

        _marks = marks[..words];
        _marks.Clear();
    }

    public bool Matches()
    {
        do
        {
            if (ReachesEnd())
            {
                return true;
            }
        }
        while (GoesBack());

        return false;
    }

    public readonly void Dispose()
    {
        if (_rentedMarks is not null)
        {
            ArrayPool<ulong>.Shared.Return(_rentedMarks);
        }

        if (_rentedFrames is not null)
        {
            ArrayPool<Frame>.Shared.Return(_rentedFrames);
        }
    }

    private bool ReachesEnd()
    {
        while (true)
        {
            ref readonly var step = ref _steps[_step];
            if (step.Kind == StepKind.End)
            {
                return _position == _text.Length;
            }

            if (!Takes(in step))
            {
                return false;
            }
        }
    }

    private bool Takes(in Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Text:
                return _text[_position..].StartsWith(step.Text, StringComparison.Ordinal) && Passes(step.Text.Length);
            case StepKind.One:
                return _position < _text.Length && step.Set.Contains(_text[_position]) && Passes(1);
            case StepKind.WholeRun:
                return step.IsMarked ? TakesMarked(in step) : Passes(step.Set.RunLength(_text[_position..]));
            case StepKind.Run:
                // Where the run ends, and everywhere before, is for GoesBack to try.
                Push(new Frame(_step, step.IsMarked ? MarkRun(in step) : _position + step.Set.RunLength(_text[_position..]), _position));
                return false;
            case StepKind.Split when step.IsMarked && !MarkFirst(step.Mark, _position):
                return false;
            case StepKind.Split:
                Push(new Frame(step.Second, _position, Frame.Elsewhere));
                _step = step.First;
                return true;
            case StepKind.Save when !_captures.IsEmpty:
                Push(new Frame(~step.First, _captures[step.First], Frame.Elsewhere));
                _captures[step.First] = _position;
                return Passes(0);
            case StepKind.Save:
                return Passes(0);
            default:
                _step = step.First;
                return true;
        }
    }

    private bool Passes(int characters)
    {
        _position += characters;
        _step++;
        return true;
    }

    /// <summary>Takes up the last choice that has another way; false where none is left.</summary>
    private bool GoesBack()
    {
        while (_depth > 0)
        {
            ref var frame = ref _frames[_depth - 1];
            if (frame.Step < 0)
            {
                _captures[~frame.Step] = frame.Position;
                _depth--;
            }
            else if (frame.Lowest == Frame.Elsewhere)
            {
                (_step, _position) = (frame.Step, frame.Position);
                _depth--;
                return true;
            }
            else if (LastExit(in frame) is var exit && exit >= frame.Lowest)
            {
                (_step, _position) = (frame.Step + 1, exit);
                frame = frame with { Position = exit - 1 };
                return true;
            }
            else
            {
                _depth--;
            }
        }

        return false;
    }

    /// <summary>The last position at which a run may be left: where the literal that must follow it stands.</summary>
    private readonly int LastExit(in Frame frame)
    {
        var text = _steps[frame.Step].Text;
        if (text.Length == 0 || frame.Position < frame.Lowest)
        {
            return frame.Position;
        }

        var end = Math.Min(_text.Length, frame.Position + text.Length);
        return _text[frame.Lowest..end].LastIndexOf(text, StringComparison.Ordinal) is >= 0 and var found ? frame.Lowest + found : -1;
    }

    /// <summary>Marks a run from here on; gives back the last position that no earlier run has been left at.</summary>
    private readonly int MarkRun(in Step step)
    {
        for (var i = _position; ; i++)
        {
            if (!MarkFirst(step.Mark, i))
            {
                return i - 1;
            }

            if (i == _text.Length || !step.Set.Contains(_text[i]))
            {
                return i;
            }
        }
    }

    private bool TakesMarked(in Step step)
    {
        var end = MarkRun(in step);

        // An earlier run that ended at the same place led nowhere.
        return (end == _text.Length || (end >= _position && !step.Set.Contains(_text[end]))) && Passes(end - _position);
    }

    private readonly bool MarkFirst(int mark, int position)
    {
        var bit = mark * (_text.Length + 1) + position;
        ref var word = ref _marks[bit >> 6];
        var before = word;
        word |= 1UL << bit;
        return word != before;
    }

    private void Push(Frame frame)
    {
        if (_depth == _frames.Length)
        {
            var larger = ArrayPool<Frame>.Shared.Rent(2 * _depth);
            _frames.CopyTo(larger);
            if (_rentedFrames is not null)
            {
                ArrayPool<Frame>.Shared.Return(_rentedFrames);
            }

            _frames = _rentedFrames = larger;
        }

        _frames[_depth++] = frame;
    }

    /// <summary>What to take up again.</summary>
    /// <param name="Step">A step, the run that may be left earlier, or the complement of the capture to restore.</param>
    /// <param name="Position">Where, or the last position to leave the run at, or the capture's earlier value.</param>
    /// <param name="Lowest">The first position that the run may be left at; <see cref="Elsewhere"/> for what is no run.</param>
    internal readonly record struct Frame(int Step, int Position, int Lowest)
    {
        public const int Elsewhere = -1;
    }
}
