namespace AuthProxy.Proxy.Remotes;

/// <summary>
/// Gives uses with the same settings the same part, over reloads too: a thousand rules remember an answer once. What no rule uses any
/// longer is let go with the rules.
/// </summary>
/// <typeparam name="T">The part.</typeparam>
internal sealed class Shared<T>
    where T : class
{
    private readonly Dictionary<AnswerKey, WeakReference<T>> _known = [];
    private readonly Lock _gate = new();

    /// <summary>The part for these settings; made where nobody uses it yet.</summary>
    /// <param name="identity">Everything that decides what the part does.</param>
    /// <param name="make">Makes it.</param>
    public T For(AnswerKey identity, Func<T> make)
    {
        lock (_gate)
        {
            if (_known.TryGetValue(identity, out var reference) && reference.TryGetTarget(out var part))
            {
                return part;
            }

            foreach (var gone in _known.Where(entry => !entry.Value.TryGetTarget(out _)).Select(entry => entry.Key).ToList())
            {
                _known.Remove(gone);
            }

            part = make();
            _known[identity] = new WeakReference<T>(part);
            return part;
        }
    }
}
