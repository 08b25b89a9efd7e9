using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Configuration;

/// <summary>What other origins may do on a listener, in Oathkeeper's keys.</summary>
/// <param name="AllowedOrigins">Origins such as <c>https://*.example.com</c>, or <c>*</c> for any.</param>
/// <param name="AllowedMethods">Methods that may be used.</param>
/// <param name="AllowedHeaders">Request headers that may be sent.</param>
/// <param name="ExposedHeaders">Response headers that scripts may read.</param>
/// <param name="AllowCredentials">Whether cookies and Authorization may be sent along.</param>
/// <param name="MaxAge">How long a browser may keep the answer to a preflight; zero: the browser's own time.</param>
internal sealed record CorsSettings(
    IReadOnlyList<string> AllowedOrigins,
    IReadOnlyList<string> AllowedMethods,
    IReadOnlyList<string> AllowedHeaders,
    IReadOnlyList<string> ExposedHeaders,
    bool AllowCredentials,
    TimeSpan MaxAge)
{
    private const string AnyOrigin = "*";

    /// <summary>Null where it is switched off.</summary>
    public static readonly Schema<CorsSettings?> Schema = Declare.Object<CorsSettings?>("cors", "What other origins may do.", o =>
    {
        var enabled = o.Boolean("enabled", "Whether requests of other origins are answered at all; preflight requests then are before any rule.").Default(false);
        var origins = o.List("allowed_origins", Declare.Text, "Origins (https://app.example.com, https://*.example.com), or * for any.").DefaultItems(AnyOrigin)
            .Must(list => list.All(IsOrigin), "write scheme and host, such as https://app.example.com or https://*.example.com, or * for any");
        var methods = o.List("allowed_methods", Declare.Text, "Methods that may be used.").DefaultItems("GET", "POST", "PUT", "PATCH", "DELETE");
        var headers = o.List("allowed_headers", Declare.Text, "Request headers that may be sent.").DefaultItems("Authorization", "Content-Type");
        var exposed = o.List("exposed_headers", Declare.Text, "Response headers that scripts may read.").DefaultItems("Content-Type");
        var credentials = o.Boolean("allow_credentials", "Whether cookies and Authorization may be sent along.").Default(false);
        var maxAge = o.Integer("max_age", "Seconds for which a browser may keep the answer to a preflight; 0 for its own time.").Default(0).AtLeast(0).AtMost(86400);
        o.Accepted("debug", "decisions are in the log");
        return read =>
        {
            if (!read.Get(enabled))
            {
                return null;
            }

            // Every site on earth would act as whoever is signed in.
            if (read.Get(credentials) && read.Get(origins).Any(origin => origin == AnyOrigin))
            {
                read.Fault(credentials, "is true for any origin; name the origins under allowed_origins");
            }

            return new CorsSettings(
                read.Get(origins), read.Get(methods), read.Get(headers), read.Get(exposed), read.Get(credentials), TimeSpan.FromSeconds(read.Get(maxAge)));
        };
    });

    // A star elsewhere than in front of a whole label would let evil-example.com pass for *example.com.
    private static bool IsOrigin(string text) =>
        text == AnyOrigin
        || (Uri.TryCreate(text.Replace("://*.", "://", StringComparison.Ordinal), UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https" && !text.Replace("://*.", "://", StringComparison.Ordinal).Contains('*', StringComparison.Ordinal)
            && url.AbsolutePath == "/" && url.Query.Length == 0 && url.UserInfo.Length == 0);
}
