using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tokens;

namespace AuthProxy.Tokenizer.Values;

/// <summary>
/// Gives a value out, segment by segment, each verified before a byte of it leaves. A missing, moved or changed segment ends the reading with
/// <see cref="DamagedValueException"/>.
/// </summary>
internal sealed class ValueReader : IDisposable
{
    private readonly ITokenStore _store;
    private readonly StoredValue _value;
    private readonly SegmentCipher _cipher;
    private readonly byte[] _plaintext = new byte[SegmentCipher.PlaintextSize];
    private long _next;
    private long _read;

    public ValueReader(ITokenStore store, StoredValue value, DataToken token, byte[] dataKey)
    {
        _store = store;
        _value = value;
        _cipher = new SegmentCipher(dataKey, token, value.Attempt);
    }

    public long Size => _value.Size;

    /// <returns>The next verified part, valid until the next call; empty at the end, and only there (and for an empty value).</returns>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation)
    {
        if (_next == _value.Segments && _next > 0)
        {
            return ReadOnlyMemory<byte>.Empty;
        }

        var segment = await _store.ReadSegmentAsync(_value.Attempt, _next, cancellation)
            ?? throw new DamagedValueException($"segment {_next} of {_value.Segments} is missing");
        var last = _next == _value.Segments - 1;

        // Whoever shortened the row's count makes this segment the last one, which it was not when it was sealed: it does not open.
        var size = _cipher.Open((uint)_next, last, segment, _plaintext);
        if (size < 0)
        {
            throw new DamagedValueException($"segment {_next} of {_value.Segments} does not verify");
        }

        _next++;
        _read += size;
        if (last ? _read != _value.Size : _read > _value.Size)
        {
            throw new DamagedValueException("the value's size is not what its row says");
        }

        return _plaintext.AsMemory(0, size);
    }

    public void Dispose()
    {
        _cipher.Dispose();
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(_plaintext);
    }
}

/// <summary>Somebody changed the database, or the disk did.</summary>
internal sealed class DamagedValueException(string message) : Exception(message);
