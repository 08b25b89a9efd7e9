namespace AuthProxy.Hosting.Refusals;

/// <summary>Why a request goes no further, as far as the client may know it.</summary>
/// <param name="Reason">The refusal's name in responses, logs, metrics and docs/refusals.md. Never renamed once released.</param>
public sealed record Refusal(int Status, string Reason, string Title)
{
    /// <summary>What a client must bring to be let in; a 401 is incomplete without it (RFC 9110).</summary>
    public string? Challenge { get; init; }

    /// <summary>Whether this is the same reason, whatever this one's challenge says in addition.</summary>
    public bool Is(Refusal other) => Reason == other.Reason;

    /// <summary>Seconds after which another try may succeed; sent as <c>Retry-After</c>.</summary>
    public int? RetryAfter { get; init; }
}
