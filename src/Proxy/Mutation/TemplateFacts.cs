using AuthProxy.Proxy.Sanitizing;
using AuthProxy.Rules.Templates;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AuthProxy.Proxy.Mutation;

/// <summary>What templates of rules see of a request: the subject as the stages before left it, and the request as it came.</summary>
internal static class TemplateFacts
{
    public static TemplateValues Of(ProxiedRequest request)
    {
        var received = request.Received;
        return new TemplateValues
        {
            Subject = request.Subject.Id,
            Extra = request.Subject.Claims,
            Captures = request.Match.Captures,
            Headers = request.Identity.ForTemplates,
            Request = new TemplateRequest(received.Method, received.Address.Scheme, received.Address.Host, received.Target, HeadersOf(received.Headers)),
        };
    }

    // Our own cookies are no rule's business: a session's secret must not end in a header or in a question to a service.
    private static TemplateHeaders HeadersOf(IHeaderDictionary headers) => new(
        name => ValuesOf(name, headers[name]),
        () => headers.Select(header => KeyValuePair.Create<string, IReadOnlyList<string>>(header.Key, ValuesOf(header.Key, header.Value))));

    private static string[] ValuesOf(string name, StringValues values) =>
        [.. (name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase) ? OwnCookies.Without(values) : values).OfType<string>()];
}
