namespace AuthProxy.Rules;

/// <summary>What a match may look at, in the very form that is forwarded.</summary>
/// <param name="Method">The HTTP method as sent; rules compare it without case.</param>
/// <param name="Scheme">http or https, as the client sees it.</param>
/// <param name="Host">The host that the client asked for; kept in lower case, without the scheme's default port and a closing dot.</param>
/// <param name="Target">The canonical target.</param>
public readonly record struct RequestFacts(string Method, string Scheme, string Host, CanonicalTarget Target)
{
    /// <summary>The host in its one form; with its port only if that is not the scheme's own.</summary>
    public string Host { get; } = HostText.Normalize(Scheme, Host);

    /// <summary>The host without any port.</summary>
    internal ReadOnlySpan<char> HostName => HostText.WithoutPort(Host);
}
