using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Watching;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>The client's secret as of now, for its file may change; a public client has none.</summary>
internal sealed class ClientSecret(Secret? secret, TimeProvider clock, ILogger log) : IDisposable
{
    private readonly SecretFile? _file = secret is null ? null : new SecretFile(secret, clock, log);

    public string? Reveal() => _file?.Reveal();

    public void Dispose() => _file?.Dispose();

    public override string ToString() => nameof(ClientSecret);
}
