using Microsoft.AspNetCore.Http.Features;

namespace AuthProxy.Proxy.OpenIdConnect.BackChannel;

/// <summary>
/// Takes a provider's posts out before anything else looks at them. They come on whatever host name an ingress publishes this one path
/// under: a name for the provider alone must not become one that people, rules and cookies know.
/// </summary>
internal sealed class BackChannelLogoutMiddleware(RequestDelegate next, BackChannelLogoutEndpoint endpoint, LoginAddresses addresses)
{
    public Task InvokeAsync(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method) && ProviderOf(context.Features.Get<IHttpRequestFeature>()!.RawTarget) is { } provider
            ? endpoint.HandleAsync(context, provider, context.RequestAborted)
            : next(context);

    // Exactly as it is written in the provider's registration; every other spelling is a request like any other.
    private string? ProviderOf(string target) =>
        target.StartsWith(addresses.Prefix, StringComparison.Ordinal) ? LoginAddresses.ProviderOfLogout(target[addresses.Prefix.Length..]) : null;
}
