using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Grants;

namespace AuthProxy.Rules.Loading;

/// <summary>The grant check of a rule.</summary>
internal static class GrantSchema
{
    private static readonly Schema<TokenSelector?> Selector = Declare.Object<TokenSelector?>("selector", "One place of the request where data tokens are.", o =>
    {
        var place = o.Choice("in", "Which part of the request.",
            ("path", TokenPlace.Path), ("query", TokenPlace.Query), ("header", TokenPlace.Header), ("body", TokenPlace.Body));
        var select = o.Text("select", "The capture's, parameter's or header's name; for a body a JSONPath such as $.ssn_token.").NotEmpty("name the place");
        return read =>
        {
            var selector = new TokenSelector { In = read.Get(place), Select = read.Get(select) };
            if (selector.In == TokenPlace.Header && !HttpToken.Is(selector.Select))
            {
                read.Fault(select, "is no header name");
            }

            if (selector.In != TokenPlace.Body)
            {
                return selector;
            }

            var path = JsonPath.TryParse(selector.Select, out var fault);
            if (path is null)
            {
                read.Fault(select, fault);
            }

            return selector with { Path = path };
        };
    });

    public static readonly Schema<GrantRequirement> Schema = Declare.Object<GrantRequirement>("grants", "What the session must hold before the upstream sees the request.", o =>
    {
        var verify = o.List("verify", Selector, "Where data tokens are; the session must hold a grant for each one found.").NotEmpty("name at least one place");
        var bodyLimit = o.Bytes("body_limit", "How much of a body is held to look into it; a larger one is refused. Without the key the service's own limit.")
            .AtLeast("1KiB").AtMost("64MiB").Optional();
        o.Refused("create", "granting tokens of responses is not available in this version");
        o.Refused("bind", "binding tokens to records is not available in this version");
        o.Refused("unlisted_tokens", "watching for tokens elsewhere is not available in this version");
        return read => new GrantRequirement([.. read.Get(verify).Select(selector => selector!)]) { BodyLimit = read.Get(bodyLimit) };
    });
}
