namespace AuthProxy.Proxy.Bodies;

/// <summary>How many bytes of request bodies this process may hold at once, over all requests: many held bodies must not become its end.</summary>
internal sealed class HeldBodyBudget(long bytes)
{
    private long _left = bytes;

    /// <summary>What nobody holds right now.</summary>
    public long Left => Interlocked.Read(ref _left);

    public bool TryTake(long amount)
    {
        if (Interlocked.Add(ref _left, -amount) >= 0)
        {
            return true;
        }

        Interlocked.Add(ref _left, amount);
        return false;
    }

    public void Return(long amount) => Interlocked.Add(ref _left, amount);
}
