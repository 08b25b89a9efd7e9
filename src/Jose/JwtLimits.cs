namespace AuthProxy.Jose;

/// <summary>How large a token may be before anybody looks into it.</summary>
public sealed record JwtLimits
{
    /// <summary>The limits when nobody chose others.</summary>
    public static JwtLimits Default { get; } = new();

    /// <summary>The whole compact token, in bytes. Default 16384.</summary>
    public int MaxTokenBytes { get; init; } = 16384;

    /// <summary>How deep header and claims may nest, the outermost object counted. Default 16.</summary>
    public int MaxDepth { get; init; } = 16;

    /// <summary>The length of <c>kid</c>. Default 512.</summary>
    public int MaxKeyIdLength { get; init; } = 512;
}
