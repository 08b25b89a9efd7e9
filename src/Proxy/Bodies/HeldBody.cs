using System.Buffers;

namespace AuthProxy.Proxy.Bodies;

/// <summary>
/// One request body in pooled memory, never on disk. It belongs to its request: the memory is wiped and goes back to the pool
/// when the request ends, and a reader that comes later finds nothing instead of another request's bytes.
/// </summary>
internal sealed class HeldBody(HeldBodyBudget budget) : IDisposable
{
    private const int FirstRent = 16 * 1024;

    private readonly Lock _gate = new();
    private byte[]? _buffer;

    /// <summary>How many bytes have come so far.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes that have come; valid until the request ends.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, Length);

    /// <summary>Room for the next read, at least one byte; empty when the budget of all held bodies is used up.</summary>
    public Memory<byte> MakeRoom(int limit)
    {
        if (_buffer is not null && Length < _buffer.Length)
        {
            return _buffer.AsMemory(Length, Math.Min(_buffer.Length, limit) - Length);
        }

        // Grows with what has come, not with what was announced: else an announcement alone would use the budget up.
        var wanted = Math.Min(limit, Math.Max(FirstRent, Length * 2L));
        return Grow((int)wanted) ? _buffer.AsMemory(Length, Math.Min(_buffer!.Length, limit) - Length) : Memory<byte>.Empty;
    }

    public void Advance(int count) => Length += count;

    /// <summary>Copies out under the lock that <see cref="Dispose"/> takes: no read can meet memory that went back to the pool.</summary>
    public int CopyTo(int position, Span<byte> destination)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_buffer is null && Length > 0, this);
            var count = Math.Min(destination.Length, Length - position);
            _buffer.AsSpan(position, count).CopyTo(destination);
            return count;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_buffer is not null)
            {
                Release(_buffer);
                _buffer = null;
            }
        }
    }

    private bool Grow(int wanted)
    {
        var bigger = ArrayPool<byte>.Shared.Rent(wanted);
        if (!budget.TryTake(bigger.Length))
        {
            ArrayPool<byte>.Shared.Return(bigger);
            return false;
        }

        if (_buffer is { } smaller)
        {
            smaller.AsSpan(0, Length).CopyTo(bigger);
            Release(smaller);
        }

        _buffer = bigger;
        return true;
    }

    private void Release(byte[] rented)
    {
        ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        budget.Return(rented.Length);
    }
}
