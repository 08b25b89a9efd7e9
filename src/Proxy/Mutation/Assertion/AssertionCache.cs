using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using AuthProxy.Proxy.Authentication;

namespace AuthProxy.Proxy.Mutation.Assertion;

/// <summary>
/// Assertions that may be handed out again: by subject as the authenticator remembers it, so that whatever changes of a session
/// (its claims, its end) is never answered from here. Two generations, each within its bounds: when one is full, or has lived as
/// long as an assertion may be reused, it becomes the old one and the older goes. A hit takes no lock and allocates nothing.
/// </summary>
internal sealed class AssertionCache(TimeProvider time, AssertionCacheLimits limits)
{
    // Key, entry, dictionary node; and of the subject, which is kept alive, the objects around its texts and claims.
    private const int Overhead = 640;

    // A parsed value takes 12 bytes beside its text.
    private const int BytesOfClaimByte = 3;

    private readonly Lock _turning = new();
    private volatile Generation _young = new(time.GetTimestamp());
    private volatile Generation _old = new(time.GetTimestamp());

    /// <summary>How many assertions are kept.</summary>
    public int Count => _young.Entries.Count + _old.Entries.Count;

    public bool TryGet(Subject subject, AssertionProfile profile, long keyVersion, [NotNullWhen(true)] out string? assertion)
    {
        var key = new Key(subject, profile);
        if ((_young.Entries.TryGetValue(key, out var entry) || _old.Entries.TryGetValue(key, out entry))
            && entry.KeyVersion == keyVersion
            && time.GetTimestamp() < entry.ReusableUntil)
        {
            assertion = entry.Assertion;
            return true;
        }

        assertion = null;
        return false;
    }

    /// <param name="subject">Of whom it speaks.</param>
    /// <param name="profile">What it says besides.</param>
    /// <param name="keyVersion">The keys it was signed under; under others it is not handed out again.</param>
    /// <param name="assertion">The token.</param>
    /// <param name="reusable">How long it may be handed out again.</param>
    public void Add(Subject subject, AssertionProfile profile, long keyVersion, string assertion, TimeSpan reusable)
    {
        if (reusable <= TimeSpan.Zero)
        {
            return;
        }

        var now = time.GetTimestamp();
        var generation = YoungAt(now, reusable);
        var cost = CostOf(subject, assertion);
        if (cost > limits.Bytes)
        {
            return;
        }

        generation.Entries[new Key(subject, profile)] = new Entry(assertion, keyVersion, now + (long)(reusable.TotalSeconds * time.TimestampFrequency));
        Interlocked.Add(ref generation.Bytes, cost);
    }

    // The subject may have been forgotten everywhere else by now.
    private static int CostOf(Subject subject, string assertion)
    {
        var claims = subject.Claims.ValueKind == JsonValueKind.Undefined ? 0 : JsonMarshal.GetRawUtf8Value(subject.Claims).Length;
        return Overhead + (sizeof(char) * (assertion.Length + subject.Id.Length + subject.Issuer.Length)) + (BytesOfClaimByte * claims);
    }

    private Generation YoungAt(long now, TimeSpan reusable)
    {
        var generation = _young;
        if (!IsOver(generation, now, reusable))
        {
            return generation;
        }

        lock (_turning)
        {
            if (IsOver(_young, now, reusable))
            {
                _old = _young;
                _young = new Generation(now);
            }

            return _young;
        }
    }

    // Half of the bounds each: the old generation still takes its memory.
    private bool IsOver(Generation generation, long now, TimeSpan reusable) =>
        generation.Entries.Count >= limits.Count / 2
        || Interlocked.Read(ref generation.Bytes) >= limits.Bytes / 2
        || time.GetElapsedTime(generation.Began, now) >= reusable;

    private sealed class Generation(long began)
    {
        public long Bytes;

        public ConcurrentDictionary<Key, Entry> Entries { get; } = new();

        public long Began { get; } = began;
    }

    private sealed record Entry(string Assertion, long KeyVersion, long ReusableUntil);

    // By reference: comparing two subjects by value would walk their claims.
    private readonly struct Key(Subject subject, AssertionProfile profile) : IEquatable<Key>
    {
        private readonly Subject _subject = subject;
        private readonly AssertionProfile _profile = profile;

        public bool Equals(Key other) => ReferenceEquals(_subject, other._subject) && ReferenceEquals(_profile, other._profile);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(_subject), RuntimeHelpers.GetHashCode(_profile));
    }
}

/// <summary>How much assertions for reuse may take.</summary>
internal sealed record AssertionCacheLimits
{
    public int Count { get; init; } = 20_000;

    /// <summary>With the subjects that they speak of. About as many as the session cache holds by default.</summary>
    public long Bytes { get; init; } = 8 * 1024 * 1024;
}
