namespace AuthProxy.Proxy.Sessions;

/// <summary>
/// The sessions that were dropped last: whoever reads one while it ends must not keep it, and all others may keep theirs. Writers hold
/// a lock of their own.
/// </summary>
internal sealed class RecentNames
{
    private readonly string[] _names = new string[256];
    private long _count;

    /// <summary>How many there have been.</summary>
    public long Count => Volatile.Read(ref _count);

    public void Add(string name)
    {
        _names[_count % _names.Length] = name;
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Whether the name has been added since there were so many; yes, too, where nobody can tell any longer.</summary>
    public bool MayHold(string name, long since)
    {
        if (_count - since > _names.Length)
        {
            return true;
        }

        for (var at = since; at < _count; at++)
        {
            if (_names[at % _names.Length] == name)
            {
                return true;
            }
        }

        return false;
    }
}
