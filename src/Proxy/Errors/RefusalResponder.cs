using AuthProxy.Hosting.Refusals;

namespace AuthProxy.Proxy.Errors;

/// <summary>The one place that ends a request: trace, log and metric learn the story, the client learns the reason.</summary>
internal interface IRefusalResponder
{
    /// <param name="context">The request that goes no further.</param>
    /// <param name="refusal">What the client may know.</param>
    /// <param name="why">What the operator should know; never a token, cookie, key or value.</param>
    Task WriteAsync(HttpContext context, Refusal refusal, string why);
}
