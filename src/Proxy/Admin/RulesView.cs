using System.Diagnostics;
using System.Text.Json;
using AuthProxy.Proxy.Matching;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Admin;

/// <summary>
/// The rules in force as an operator may see them, in Oathkeeper's fields and a few more: what they are for and who decides, but no
/// handler's settings, which may hold secrets.
/// </summary>
internal static class RulesView
{
    public static void Write(Utf8JsonWriter json, IEnumerable<PreparedRule> rules)
    {
        json.WriteStartArray();
        foreach (var rule in rules)
        {
            Write(json, rule.Rule);
        }

        json.WriteEndArray();
    }

    public static void Write(Utf8JsonWriter json, Rule rule)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, rule.Id);
        json.WriteString("description"u8, rule.Description);
        json.WriteString("source"u8, $"{rule.File}:{rule.Line}");
        json.WriteStartObject("match"u8);
        json.WriteString("url"u8, rule.Pattern.Text);
        WriteAll(json, "methods", rule.Pattern.Methods);
        json.WriteEndObject();
        WriteAll(json, "authenticators", rule.Authenticators);
        if (rule is { Form: RuleForm.Oathkeeper, Authorizers: [AuthorizerUse.One(var only)] })
        {
            json.WritePropertyName("authorizer"u8);
            Write(json, only);
        }
        else
        {
            WriteAll(json, "authorizers", rule.Authorizers);
        }

        WriteAll(json, "mutators", rule.Mutators);
        WriteAll(json, "errors", rule.Errors);
        json.WriteBoolean("require"u8, rule.Require is not null);
        json.WriteBoolean("maintenance"u8, rule.Maintenance is not null);
        WriteAll(json, "verify", rule.Grants?.Verify.Select(selector => selector.ToString()) ?? []);
        WriteUpstream(json, rule.Upstream);
        json.WriteEndObject();
    }

    private static void WriteUpstream(Utf8JsonWriter json, UpstreamUse? upstream)
    {
        if (upstream is null)
        {
            json.WriteNull("upstream"u8);
            return;
        }

        json.WriteStartObject("upstream"u8);

        // Without user information and query, where somebody may have put a secret.
        json.WriteString("url"u8, upstream.IsTokenizer ? "tokenizer" : upstream.Url?.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));
        json.WriteBoolean("preserve_host"u8, upstream.PreserveHost);
        json.WriteString("strip_path"u8, upstream.StripPath);
        json.WriteEndObject();
    }

    private static void WriteAll(Utf8JsonWriter json, string name, IReadOnlyList<HandlerUse> uses)
    {
        json.WriteStartArray(name);
        foreach (var use in uses)
        {
            Write(json, use);
        }

        json.WriteEndArray();
    }

    private static void WriteAll(Utf8JsonWriter json, string name, IReadOnlyList<AuthorizerUse> uses)
    {
        json.WriteStartArray(name);
        foreach (var use in uses)
        {
            Write(json, use);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, AuthorizerUse use)
    {
        if (use is AuthorizerUse.One one)
        {
            Write(json, one.Use);
            return;
        }

        json.WriteStartObject();
        switch (use)
        {
            case AuthorizerUse.AllOf all:
                WriteAll(json, "all_of", all.Parts);
                break;
            case AuthorizerUse.AnyOf any:
                WriteAll(json, "any_of", any.Parts);
                break;
            case AuthorizerUse.Not not:
                json.WritePropertyName("not"u8);
                Write(json, not.Part);
                break;
            default:
                throw new UnreachableException();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, HandlerUse use)
    {
        json.WriteStartObject();
        json.WriteString("handler"u8, use.Handler);
        json.WriteEndObject();
    }

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
