using System.Security.Cryptography;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tokens;

namespace AuthProxy.Tokenizer.Values;

internal enum WriteResult
{
    Stored,
    TooLarge,
    AlreadyThere,
}

/// <summary>
/// Takes a value in, segment by segment. It holds two segments in the clear (one may turn out to be the last) and a few sealed ones, whatever
/// the value's size.
/// </summary>
internal sealed class ValueWriter(ITokenStore store, TimeProvider clock)
{
    // 512 KiB a transaction: few enough commits for a large value, short enough to let others write in between.
    private const int SegmentsPerTransaction = 8;

    public async Task<WriteResult> WriteAsync(
        Stream value, long largest, DataToken token, byte[] tokenRowId, byte[] dataKey, CancellationToken cancellation)
    {
        var attempt = SegmentCipher.NewAttempt();
        if (!await store.BeginValueAsync(attempt, tokenRowId, clock.NowMilliseconds(), cancellation))
        {
            return WriteResult.AlreadyThere;
        }

        var completed = false;
        try
        {
            using var cipher = new SegmentCipher(dataKey, token, attempt);
            if (await WriteSegmentsAsync(value, largest, attempt, cipher, cancellation) is not { } stored)
            {
                return WriteResult.TooLarge;
            }

            completed = await store.CompleteValueAsync(tokenRowId, stored, cancellation);
            return completed ? WriteResult.Stored : WriteResult.AlreadyThere;
        }
        finally
        {
            if (!completed)
            {
                await AbandonAsync(attempt);
            }
        }
    }

    private async Task<StoredValue?> WriteSegmentsAsync(Stream value, long largest, byte[] attempt, SegmentCipher cipher, CancellationToken cancellation)
    {
        var (current, next) = (new byte[SegmentCipher.PlaintextSize], new byte[SegmentCipher.PlaintextSize]);
        var batch = new SegmentBatch(store, clock, attempt);
        try
        {
            long size = 0;
            var filled = await FillAsync(value, current, cancellation);
            while (true)
            {
                // Only a look past this segment tells whether it is the last.
                var following = filled == current.Length ? await FillAsync(value, next, cancellation) : 0;
                var last = following == 0;
                size += filled;
                if (size + following > largest)
                {
                    return null;
                }

                await batch.AddAsync(cipher, current.AsMemory(0, filled), last, cancellation);
                if (last)
                {
                    return new StoredValue(attempt, batch.Count, size);
                }

                (current, next, filled) = (next, current, following);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(current);
            CryptographicOperations.ZeroMemory(next);
        }
    }

    private static async ValueTask<int> FillAsync(Stream value, byte[] buffer, CancellationToken cancellation) =>
        await value.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);

    // Where even this fails, the sweeper finds the attempt by its age.
    private async Task AbandonAsync(byte[] attempt)
    {
        try
        {
            await store.AbandonValueAsync(attempt, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
        }
    }

    /// <summary>Sealed segments on their way to the database. Its arrays are used again, transaction after transaction.</summary>
    private sealed class SegmentBatch(ITokenStore store, TimeProvider clock, byte[] attempt)
    {
        private readonly byte[][] _free = new byte[SegmentsPerTransaction][];
        private readonly List<byte[]> _waiting = new(SegmentsPerTransaction);
        private uint _count;

        public long Count => _count;

        public async ValueTask AddAsync(SegmentCipher cipher, ReadOnlyMemory<byte> plaintext, bool last, CancellationToken cancellation)
        {
            var segment = ArrayFor(plaintext.Length + SegmentCipher.Overhead);
            cipher.Seal(_count, last, plaintext.Span, segment);
            _waiting.Add(segment);
            _count++;
            if (last || _waiting.Count == SegmentsPerTransaction)
            {
                await FlushAsync(cancellation);
            }
        }

        private async ValueTask FlushAsync(CancellationToken cancellation)
        {
            if (!await store.AppendSegmentsAsync(attempt, _count - _waiting.Count, _waiting, clock.NowMilliseconds(), cancellation))
            {
                throw new UploadGivenUpException();
            }

            _waiting.Clear();
        }

        private byte[] ArrayFor(int size)
        {
            // The database takes whole arrays, so only full segments can share them.
            return size < SegmentCipher.PlaintextSize + SegmentCipher.Overhead
                ? new byte[size]
                : _free[_waiting.Count] ??= new byte[SegmentCipher.PlaintextSize + SegmentCipher.Overhead];
        }
    }
}

/// <summary>The upload stood still for so long that it was swept away.</summary>
internal sealed class UploadGivenUpException() : Exception("the upload stood still for too long and was given up");
