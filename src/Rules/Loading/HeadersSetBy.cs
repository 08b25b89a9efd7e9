using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Rules.Loading;

/// <summary>The headers for the upstream that a use of a handler names, as far as its settings can be read at all.</summary>
public static class HeadersSetBy
{
    /// <param name="use">The use, with its own settings or those that hold for it altogether.</param>
    public static IEnumerable<string> Of(HandlerUse use) => use.Config is not ConfigMapping config ? [] :
    [
        // Of authorizers and authenticators a mapping is what they send to their service.
        .. use.Handler == "header" && config["headers"] is ConfigMapping headers ? headers.Entries.Keys : [],
        .. TextsOf(config["headers"]),
        .. TextsOf(config["forward_response_headers_to_upstream"]),
    ];

    private static IEnumerable<string> TextsOf(ConfigNode? node) => node is ConfigSequence list ? list.Items.OfType<ConfigScalar>().Select(item => item.Text) : [];
}
