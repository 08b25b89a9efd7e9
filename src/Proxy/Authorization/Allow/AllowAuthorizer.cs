using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Authorization.Allow;

/// <summary>Whoever is known may pass.</summary>
internal sealed class AllowAuthorizer : IAuthorizer
{
    public static readonly AllowAuthorizer Instance = new();

    public string Name => AllowAuthorizerKind.KindName;

    public ValueTask<AuthorizationOutcome> AuthorizeAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) =>
        new(AuthorizationOutcome.Allowed.Instance);
}

internal sealed class AllowAuthorizerKind : IHandlerKind<IAuthorizer>
{
    public const string KindName = "allow";

    private static readonly Schema<NoSettings> Settings = NoSettings.Of(KindName, "Lets everybody pass whom an authenticator accepted.");

    public string Name => KindName;

    public Schema Schema => Settings;

    public IAuthorizer? Prepare(HandlerPreparation preparation) => NoSettings.Suffice(preparation, Settings) ? AllowAuthorizer.Instance : null;
}
