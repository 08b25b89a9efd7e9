using System.Text.Json;
using AuthProxy.Proxy.Matching;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Admin;

/// <summary>The rules in force as an operator may see them: what they are for and who decides, but no handler's settings, which may hold secrets.</summary>
internal static class RulesView
{
    public static void Write(Utf8JsonWriter json, PreparedRules rules)
    {
        json.WriteNumber("revision"u8, rules.Revision);
        json.WriteNumber("count"u8, rules.Valid.Count);
        json.WriteNumber("invalid"u8, rules.Rules.Count - rules.Valid.Count);
        json.WriteStartArray("rules"u8);
        foreach (var rule in rules.Valid)
        {
            Write(json, rule.Rule);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Rule rule)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, rule.Id);
        json.WriteString("source"u8, $"{rule.File}:{rule.Line}");
        json.WriteString("match"u8, rule.Pattern.Text);
        WriteAll(json, "methods", rule.Pattern.Methods);
        WriteAll(json, "authenticators", rule.Authenticators.Select(use => use.Handler));
        WriteAll(json, "authorizers", rule.Authorizers.Select(use => use.Handler));
        WriteAll(json, "mutators", rule.Mutators.Select(use => use.Handler));
        WriteAll(json, "errors", rule.Errors.Select(use => use.Handler));
        json.WriteBoolean("require"u8, rule.Require is not null);
        WriteAll(json, "verify", rule.Grants?.Verify.Select(selector => selector.ToString()) ?? []);
        json.WriteString("upstream"u8, Upstream(rule.Upstream));
        json.WriteEndObject();
    }

    // Without user information and query, where somebody may have put a secret.
    private static string? Upstream(UpstreamUse? upstream) =>
        upstream is null ? null : upstream.IsTokenizer ? "tokenizer" : upstream.Url?.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    private static void WriteAll(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
