using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Patterns;

namespace AuthProxy.Rules.Loading;

/// <summary>What may be written in a rule of Oathkeeper's form.</summary>
internal static class OathkeeperFile
{
    internal static readonly Schema<HandlerUse> Handler = Declare.Object<HandlerUse>("handler", "A handler and its settings.", o =>
    {
        var handler = o.Text("handler", "The handler's name.").NotEmpty("can not be empty");
        var config = o.Raw("config", "Settings laid over the handler's global ones.").Optional();
        return read => new HandlerUse(read.Get(handler), read.Get(config), read.Node.File, read.Node.Line, read.Node.Key);
    });

    internal static readonly Schema<UpstreamUse> Upstream = Declare.Object<UpstreamUse?>("upstream", "Where requests go.", o =>
    {
        var url = o.Text("url", "Base address.").Default("");
        var preserveHost = o.Boolean("preserve_host", "Passes the client's Host on.").Default(false);
        var stripPath = o.Text("strip_path", "Taken off the front of the path.").Optional();
        return read =>
        {
            if (read.Get(url).Length == 0)
            {
                return null;
            }

            if (!Uri.TryCreate(read.Get(url), UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.Host.Length == 0)
            {
                read.Fault(url, "is not a valid URL; write an address with http:// or https://");
                return null;
            }

            if (address.UserInfo.Length > 0 || address.Query.Length > 0)
            {
                read.Warn("holds user information or a query, which are never sent");
                address = new Uri(address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));
            }

            return new UpstreamUse { Url = address, PreserveHost = read.Get(preserveHost), StripPath = UpstreamSchema.StripPath(read.Get(stripPath)) };
        };
    })!;

    public static Schema<UrlPattern?> MatchSchema(UrlPatternReader patterns) => Declare.Object<UrlPattern?>("match", "Which requests.", o =>
    {
        var url = o.Text("url", "The URL pattern.").Default("");
        var methods = o.List("methods", Declare.Text, "The methods.");
        var authority = o.Text("authority", "Of RPC rules.").Optional();
        var fullMethod = o.Text("full_method", "Of RPC rules.").Optional();
        var allowHttpGet = o.Boolean("allow_http_get", "Of RPC rules.").Default(false);
        return read =>
        {
            if (read.IsGiven(fullMethod))
            {
                read.Warn("is an RPC match, which no request to this proxy ever fits");
                return patterns.TryRead("", [], out _);
            }

            if (read.IsGiven(authority) || read.IsGiven(allowHttpGet))
            {
                read.Warn("holds keys of RPC matches without full_method; they have no effect");
            }

            if (read.Get(url).Length == 0)
            {
                read.Fault(url, "must not be empty");
                return null;
            }

            return ReadUrl(read, patterns, url, read.Get(methods));
        };
    });

    public static Schema<Rule?> RuleSchema(Schema<UrlPattern?> pattern) => Declare.Object<Rule?>("rule", "One of Oathkeeper's rules.", o =>
    {
        var id = o.Text("id", "The rule's name.").Default("");
        o.Text("version", "The version that the rule was written for.").Default("");
        var description = o.Text("description", "For people.").Default("");
        var match = o.Value("match", pattern, "Which requests the rule is for.");
        var authenticators = o.List("authenticators", HandlerIn("authenticators"), "Tried in order.").NotEmpty("must be set and can not be an empty list");
        var authorizer = o.Value("authorizer", HandlerIn("authorizers"), "Decides.");
        var mutators = o.List("mutators", HandlerIn("mutators"), "All run.").NotEmpty("must be set and can not be an empty list");
        var errors = o.List("errors", HandlerIn("errors"), "Error handlers of this rule.");
        var upstream = o.Value("upstream", Upstream, "Where requests go.").Optional();
        var tests = o.List("tests", RuleTestSchema.Schema, "Requests and what must become of them; ours, Oathkeeper ignores the key.");
        return read => new Rule
        {
            Id = read.Get(id),
            Form = RuleForm.Oathkeeper,
            Description = read.Get(description),
            Pattern = read.Get(match)!,
            Authenticators = read.Get(authenticators),
            Authorizers = [new AuthorizerUse.One(read.Get(authorizer))],
            Mutators = read.Get(mutators),
            Errors = read.Get(errors),
            Upstream = read.Get(upstream),
            Tests = read.Get(tests),
            File = read.Node.File,
            Line = read.Node.Line,
        };
    });

    /// <summary>What may be written in a file of Oathkeeper's form; both strategies look alike to an editor.</summary>
    public static Schema Schema { get; } = Declare.List(RuleSchema(MatchSchema(new RegexpPatternReader())));

    private static Schema<HandlerUse> HandlerIn(string section) => Declare.Named($"oathkeeper.{section}", Handler);

    private static UrlPattern? ReadUrl(ObjectReading read, UrlPatternReader patterns, Setting<string> url, IReadOnlyList<string> methods)
    {
        if (methods.Count == 0)
        {
            read.Warn("names no methods and so never matches");
        }

        var pattern = patterns.TryRead(read.Get(url), [.. methods.Select(method => method.ToUpperInvariant())], out var fault);
        if (pattern is null)
        {
            read.Fault(url, fault);
        }

        return pattern;
    }
}
