namespace AuthProxy.Proxy.Errors;

/// <summary>Sends a browser to log in, and back to where it wanted to go. Implemented beside the OpenID client.</summary>
internal interface ILoginStarter
{
    /// <summary>Whether there is a provider to log in at.</summary>
    bool IsAvailable { get; }

    /// <summary>Writes the whole answer: a redirect to the provider, or the refusal that says why there is none.</summary>
    Task StartAsync(HttpContext context, CancellationToken cancellation);
}
