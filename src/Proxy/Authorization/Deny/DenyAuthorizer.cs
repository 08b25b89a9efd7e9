using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Authorization.Deny;

/// <summary>Nobody may pass.</summary>
internal sealed class DenyAuthorizer : IAuthorizer
{
    private static readonly AuthorizationOutcome.Refused Denied = new(ProxyRefusals.AccessDenied, "the rule lets nobody pass");

    public string Name => DenyAuthorizerKind.KindName;

    public ValueTask<AuthorizationOutcome> AuthorizeAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) => new(Denied);
}

internal sealed class DenyAuthorizerKind : IHandlerKind<IAuthorizer>
{
    public const string KindName = "deny";

    private static readonly Schema<NoSettings> Settings = NoSettings.Of(KindName, "Lets nobody pass.");

    public string Name => KindName;

    public Schema Schema => Settings;

    public IAuthorizer? Prepare(HandlerPreparation preparation) => NoSettings.Suffice(preparation, Settings) ? new DenyAuthorizer() : null;
}
