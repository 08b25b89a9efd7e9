namespace AuthProxy.Jose.Keys;

/// <summary>
/// Lends each caller an instance of its own. RSA and ECDsa objects promise nothing to two threads at once, and making one costs more than a
/// verification; a lock would put all requests of one issuer in a row.
/// </summary>
internal sealed class InstancePool<T>(Func<T> create)
    where T : class
{
    private readonly T?[] _slots = new T?[Math.Clamp(Environment.ProcessorCount, 2, 16)];

    public T Rent()
    {
        var slots = _slots;
        for (var i = 0; i < slots.Length; i++)
        {
            if (Volatile.Read(ref slots[i]) is not null && Interlocked.Exchange(ref slots[i], null) is { } instance)
            {
                return instance;
            }
        }

        return create();
    }

    /// <summary>Takes an instance back; what finds no place is left to its finalizer.</summary>
    public void Return(T instance)
    {
        var slots = _slots;
        for (var i = 0; i < slots.Length; i++)
        {
            if (Interlocked.CompareExchange(ref slots[i], instance, null) is null)
            {
                return;
            }
        }
    }
}
