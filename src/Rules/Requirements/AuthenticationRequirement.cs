namespace AuthProxy.Rules.Requirements;

/// <summary>How, and how lately, somebody must have proved who they are. What the issuer does not say is not met; logging in again may help (RFC 9470).</summary>
/// <param name="AcrValues">One of these must be the <c>acr</c>, compared character for character; empty: not asked.</param>
/// <param name="MaximumAge">The longest time since <c>auth_time</c>; null: not asked.</param>
public sealed record AuthenticationRequirement(IReadOnlyList<string> AcrValues, TimeSpan? MaximumAge)
{
    /// <summary>How far the issuer's clock may be ahead of ours before its word is worth nothing.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    /// <summary>Why the facts do not suffice; null where they do.</summary>
    public string? WhyNot(AuthenticationFacts facts, DateTimeOffset now)
    {
        if (AcrValues.Count > 0 && (facts.Acr is not { } acr || !AcrValues.Contains(acr, StringComparer.Ordinal)))
        {
            return facts.Acr is null ? "the issuer does not say how the person signed in (acr)" : "the person signed in by another acr than the rule asks for";
        }

        if (MaximumAge is not { } maximum)
        {
            return null;
        }

        return facts.At is not { } at ? "the issuer does not say when the person signed in (auth_time)"
            : at - now > Ahead ? "the person's auth_time lies in the future"
            : now - at > maximum ? "the person signed in longer ago than the rule allows"
            : null;
    }

    /// <inheritdoc/>
    public bool Equals(AuthenticationRequirement? other) =>
        other is not null && MaximumAge == other.MaximumAge && AcrValues.SequenceEqual(other.AcrValues, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MaximumAge, AcrValues.Count);
}
