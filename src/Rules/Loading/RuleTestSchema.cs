using System.Text.Json;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Testing;

namespace AuthProxy.Rules.Loading;

/// <summary>The tests that a rule carries.</summary>
internal static class RuleTestSchema
{
    private static readonly Schema<RuleTestRequest> Request = Declare.Object<RuleTestRequest>("request", "A request to try.", o =>
    {
        var method = o.Text("method", "The HTTP method.").Default("GET");
        var scheme = o.Choice("scheme", "The scheme that the client uses.", ("https", "https"), ("http", "http")).Default("https");
        var host = o.Text("host", "The host that the client asks for; by default the rule's own.").Default("");
        var path = o.Text("path", "The request target as sent, with its query.");
        var subject = o.Value("as", Declare.Raw.Select(ReadSubject), "Who is asking: subject, and claims such as groups; left out: nobody.").Optional();
        var headers = o.Map("headers", "header", Declare.Text, "Request headers.");
        var body = o.Value("body", Declare.Raw.Select((node, _, _) => new ParsedBody(ToJson(node))), "The request's JSON body.").Optional();
        return read => new RuleTestRequest
        {
            Method = read.Get(method),
            Scheme = read.Get(scheme),
            Host = read.Get(host),
            Path = read.Get(path),
            As = read.Get(subject),
            Headers = read.Get(headers),
            Body = read.Get(body)?.Json,
        };
    });

    private static readonly Schema<RuleTestExpectation> Expectation = Declare.Object<RuleTestExpectation>("expectation", "What must become of the request.", o =>
    {
        var status = o.Integer("status", "200 for let through, else the refusal's status.").Optional();
        var reason = o.Text("reason", "The refusal's reason.").Optional();
        var rule = o.Text("rule", "The rule that must decide; by default the one that carries the test.").Optional();
        return read =>
        {
            if (!read.IsGiven(status) && !read.IsGiven(reason) && !read.IsGiven(rule))
            {
                read.Fault("asks nothing; write status, reason or rule");
            }

            return new RuleTestExpectation { Status = read.Get(status), Reason = read.Get(reason), Rule = read.Get(rule) };
        };
    });

    public static readonly Schema<RuleTest> Schema = Declare.Object<RuleTest>("test", "A request and what must become of it; run before the rules go into force.", o =>
    {
        var request = o.Value("request", Request, "The request.");
        var expect = o.Value("expect", Expectation, "What must become of it.");
        return read => new RuleTest
        {
            Request = read.Get(request),
            Expect = read.Get(expect),
            File = read.Node.File,
            Line = read.Node.Line,
            Key = read.Node.Key,
        };
    });

    private static RuleTestSubject? ReadSubject(ConfigNode node, ConfigNode _, ConfigFaults faults)
    {
        if (node is not ConfigMapping mapping)
        {
            faults.Add(node, $"is {node.Kind}; write a mapping of claims");
            return null;
        }

        var subject = (mapping["subject"] ?? mapping["sub"]) is ConfigScalar { Text: var name } ? name : "somebody";
        var claims = new Dictionary<string, ConfigNode>(mapping.Entries, StringComparer.Ordinal);
        claims.Remove("subject");
        claims.Remove("claims");
        if (mapping["claims"] is ConfigMapping more)
        {
            foreach (var (claim, value) in more.Entries)
            {
                claims[claim] = value;
            }
        }

        return new RuleTestSubject(subject, WriteJson(writer =>
        {
            writer.WriteStartObject();
            foreach (var (claim, value) in claims.Where(claim => claim.Key != "sub"))
            {
                writer.WritePropertyName(claim);
                value.WriteJson(writer);
            }

            writer.WriteString("sub", subject);
            writer.WriteEndObject();
        }));
    }

    private static JsonElement ToJson(ConfigNode node) => WriteJson(node.WriteJson);

    private static JsonElement WriteJson(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            write(writer);
        }

        using var document = JsonDocument.Parse(stream.ToArray());
        return document.RootElement.Clone();
    }

    private sealed record ParsedBody(JsonElement Json);
}
