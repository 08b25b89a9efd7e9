namespace AuthProxy.Jose;

/// <summary>What a token must be to be believed. What is null is not asked.</summary>
public sealed record JwtPolicy
{
    /// <summary>The algorithms that are accepted (RFC 8725, 3.1). HS256, HS384 and HS512 only where a shared secret is meant.</summary>
    public required IReadOnlyCollection<string> Algorithms { get; init; }

    /// <summary>Issuers, compared character for character; one of them must be the token's <c>iss</c> (RFC 7519, 4.1.1). An empty list accepts none.</summary>
    public IReadOnlyCollection<string>? Issuers { get; init; }

    /// <summary>One of these must be in the token's <c>aud</c> (RFC 7519, 4.1.3). An empty list accepts none.</summary>
    public IReadOnlyCollection<string>? Audiences { get; init; }

    /// <summary>All of these must be in the token's <c>aud</c>.</summary>
    public IReadOnlyCollection<string>? AllAudiences { get; init; }

    /// <summary>
    /// The token's <c>typ</c> (RFC 8725, 3.11), compared as a media type (RFC 7515, 4.1.9). Null takes any but the kinds that are for one
    /// purpose (<see cref="JwtTypes"/>): those are believed only where they are asked for.
    /// </summary>
    public string? Type { get; init; }

    /// <summary>Whether a token without <c>typ</c>, or with the one that all have, is taken too: some issuers name none. Default false.</summary>
    public bool TypeIsOptional { get; init; }

    /// <summary>How far the issuer's clock may be from ours. Default 30 s.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether a token without <c>exp</c> is refused. Default true.</summary>
    public bool RequireExpiry { get; init; } = true;

    /// <summary>The longest time from <c>iat</c> to <c>exp</c>; both are then required.</summary>
    public TimeSpan? MaximumLifetime { get; init; }

    /// <summary>Further claims that must be there and not be null.</summary>
    public IReadOnlyCollection<string> RequiredClaims { get; init; } = [];
}
