namespace AuthProxy.Proxy.Remotes;

/// <summary>A question to a service that a rule asks before it lets a request pass. Sent as it is: nothing of the client's is in it that nobody put there.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Address">An http or https address.</param>
internal sealed record RemoteRequest(HttpMethod Method, Uri Address)
{
    /// <summary>The headers, several values of a name as several entries.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The body; null for a request without one.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>What the body is; null where nobody says.</summary>
    public string? ContentType { get; init; }
}
