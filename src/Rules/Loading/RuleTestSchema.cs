using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Testing;

namespace AuthProxy.Rules.Loading;

/// <summary>A test of rules: in a rule under <c>tests</c>, or in a file beside the rules.</summary>
internal static class RuleTestSchema
{
    private static readonly Schema<RuleTestExpectation> Expectation = Declare.Object<RuleTestExpectation>("expectation", "What must become of the request.", o =>
    {
        var status = o.Integer("status", "200 for let through, else the status that the client gets.").Optional();
        var reason = o.Text("reason", "The refusal's reason.").Optional();
        var rule = o.Text("rule", "The rule that must decide; by default the one that carries the test.").Optional();
        var headers = o.Map("headers", "header", Declare.Raw.Select(ReadHeader), "Headers of the request that the upstream gets, each with its value; null: it is not sent.");
        var location = o.Text("location", "Where the client is sent instead; a login reads /.authproxy/login.").Optional();
        return read =>
        {
            var expectation = new RuleTestExpectation
            {
                Status = read.Get(status),
                Reason = read.Get(reason),
                Rule = read.Get(rule),
                Headers = read.Get(headers).DistinctBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
                    .ToDictionary(header => header.Key, header => header.Value.Text, StringComparer.OrdinalIgnoreCase),
                Location = read.Get(location),
            };
            if (expectation.Headers.Count < read.Get(headers).Count)
            {
                read.Fault(headers, "names a header twice in different case");
            }

            if (expectation.AsksNothing)
            {
                read.Fault("asks nothing; write status, reason, rule, headers or location");
            }

            return expectation;
        };
    });

    private static readonly Schema<RuleTestAnswer> Answer = Declare.Object<RuleTestAnswer>("answer", "What a service answers that the rule asks.", o =>
    {
        var url = o.Url("url", "The address that is asked; without a query it stands for every query.");
        var method = o.Text("method", "The method of the question; without the key any.").Optional();
        var status = o.Integer("status", "The answer's status.").Default(200).AtLeast(100).AtMost(599);
        var headers = o.Map("headers", "header", Declare.Text, "The answer's headers.");
        var body = o.Raw("body", "The answer's body: a text as it is, everything else as JSON.").Optional();
        return read => new RuleTestAnswer
        {
            Url = read.Get(url),
            Method = read.Get(method),
            Status = read.Get(status),
            Headers = read.Get(headers),
            Body = read.Get(body) switch
            {
                null => "",
                ConfigScalar { Type: ConfigScalarType.Text } text => text.Text,
                var node => NodeJson.Of(node).GetRawText(),
            },
        };
    });

    public static readonly Schema<RuleTest> Schema = Declare.Object<RuleTest>("test", "A request and what must become of it; run before the rules go into force.", o =>
    {
        var name = o.Text("name", "What the test is for.").Default("");
        var request = o.Value("request", RuleTestRequestSchema.Schema, "The request.");
        var expect = o.Value("expect", Expectation, "What must become of it.");
        var answers = o.List("answers", Answer, "What the services answer that the rule asks; a question without an answer is a fault of the test.");
        var grants = o.List("grants", Declare.Text, "The data tokens that the session holds grants for; without the key none.");
        return read => new RuleTest
        {
            Name = read.Get(name),
            Request = read.Get(request),
            Expect = read.Get(expect),
            Answers = read.Get(answers),
            Grants = read.Get(grants),
            File = read.Node.File,
            Line = read.Node.Line,
            Key = read.Node.Key,
        };
    });

    private static ExpectedHeader? ReadHeader(ConfigNode node, ConfigNode _, ConfigFaults faults)
    {
        if (node is ConfigScalar scalar)
        {
            return new ExpectedHeader(scalar.IsNull ? null : scalar.Text);
        }

        faults.Add(node, $"is {node.Kind}; write the header's value, or null where it must not be sent");
        return null;
    }

    private sealed record ExpectedHeader(string? Text);
}
