using AuthProxy.Jose;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>The connections to the providers: their own, so that nothing configured for other purposes applies.</summary>
internal sealed class ProviderHttp : IDisposable
{
    public HttpMessageInvoker Invoker { get; } = new(DocumentFetcher.CreateHandler());

    public void Dispose() => Invoker.Dispose();
}
