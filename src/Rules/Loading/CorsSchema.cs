using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Policies;

namespace AuthProxy.Rules.Loading;

/// <summary>Which pages of other origins may read answers, in Oathkeeper's words; for one rule, or for a listener.</summary>
public static class CorsSchema
{
    private static readonly string[] UsualMethods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>Written in a rule it is in force; null where its <c>enabled</c> says otherwise.</summary>
    internal static readonly Schema<CorsPolicy> OfRule = Declare.Object<CorsPolicy?>("cors", "Which pages of other origins may read answers.", o =>
    {
        var origins = o.List("allowed_origins", Declare.Text, "Origins such as https://app.example.com; https://*.example.com for every host below a name, * for any origin, null for pages without one.")
            .NotEmpty("name at least one origin");
        var methods = o.List("allowed_methods", Declare.Text, "Methods that pages may use. Without the key those that the rule is for.").NotEmpty("name at least one method").Optional();
        return Finish(o, "true", read => (read.Get(origins), read.Get(methods)));
    })!;

    /// <summary>As Oathkeeper's <c>serve.proxy.cors</c>: off unless <c>enabled</c>. Null where it is off.</summary>
    public static Schema<CorsPolicy?> OfListener { get; } = Declare.Object<CorsPolicy?>("cors", "Which pages of other origins may read answers, where a rule does not say so itself.", o =>
    {
        var origins = o.List("allowed_origins", Declare.Text, "Origins such as https://app.example.com; https://*.example.com for every host below a name, * for any origin, null for pages without one.")
            .DefaultItems(CorsPolicy.Any).NotEmpty("name at least one origin");
        var methods = o.List("allowed_methods", Declare.Text, "Methods that pages may use.").DefaultItems(UsualMethods).NotEmpty("name at least one method");
        return Finish(o, "false", read => (read.Get(origins), read.Get(methods)));
    });

    /// <summary>For answers about the person who is signed in: pages of the origins may send cookies and read them. Null where there are no origins.</summary>
    /// <param name="origins">Origins as an operator writes them; neither <c>*</c> nor <c>null</c>.</param>
    /// <param name="read">Where faults go.</param>
    public static CorsPolicy? Personal(IReadOnlyList<string> origins, ObjectReading read)
    {
        if (origins.Contains(CorsPolicy.Any) || origins.Contains("null"))
        {
            read.Fault("lets pages of any origin learn who is signed in; name the origins");
        }

        return origins.Count == 0 ? null : new CorsPolicy(anyOrigin: false, PatternsOf(origins, read)) { AllowCredentials = true, Headers = ["Content-Type"] };
    }

    private static Func<ObjectReading, CorsPolicy?> Finish(ObjectDeclaration o, string enabledByDefault, Func<ObjectReading, (IReadOnlyList<string> Origins, IReadOnlyList<string>? Methods)> who)
    {
        var enabled = o.Boolean("enabled", "Whether cross-origin requests are answered here at all.").Default(enabledByDefault);
        var headers = o.List("allowed_headers", Declare.Text, "Request headers that pages may set; * for any.").DefaultItems("Authorization", "Content-Type");
        var exposed = o.List("exposed_headers", Declare.Text, "Headers of answers that pages may read.").DefaultItems("Content-Type");
        var credentials = o.Boolean("allow_credentials", "Whether pages may send cookies. What may change something is refused all the same, unless the rule's cross_origin allows it.").Default(false);
        var maxAge = o.Integer("max_age", "Seconds for which a browser may remember the answer to a preflight; 0 leaves it to the browser.").Default(0).AtLeast(0).AtMost(86_400);
        o.Accepted("debug", "the decision's trace tells more");
        return read =>
        {
            var (origins, methods) = who(read);
            var anyOrigin = origins.Contains(CorsPolicy.Any);
            if (anyOrigin && read.Get(credentials))
            {
                read.Fault("allows any origin to send cookies and read the answers; name the origins, or leave out allow_credentials");
            }

            foreach (var name in (IEnumerable<string>)[.. methods ?? [], .. read.Get(headers), .. read.Get(exposed)])
            {
                if (!HttpToken.Is(name))
                {
                    read.Fault($"names '{name}', which is no method or header");
                }
            }

            var patterns = PatternsOf(origins, read);
            return !read.Get(enabled) ? null : new CorsPolicy(anyOrigin, patterns)
            {
                Methods = methods,
                Headers = read.Get(headers),
                ExposedHeaders = read.Get(exposed),
                AllowCredentials = read.Get(credentials),
                MaxAge = read.Get(maxAge),
            };
        };
    }

    private static List<OriginPattern> PatternsOf(IReadOnlyList<string> origins, ObjectReading read)
    {
        var patterns = new List<OriginPattern>(origins.Count);
        foreach (var origin in origins.Where(origin => origin != CorsPolicy.Any))
        {
            if (OriginPattern.TryParse(origin, out var pattern, out var fault))
            {
                patterns.Add(pattern);
            }
            else
            {
                read.Fault($"allows the origin '{origin}', which {fault}");
            }
        }

        return patterns;
    }
}
