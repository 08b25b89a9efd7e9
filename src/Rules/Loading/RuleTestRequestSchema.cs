using System.Text.Json;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Testing;

namespace AuthProxy.Rules.Loading;

/// <summary>The request of a test.</summary>
internal static class RuleTestRequestSchema
{
    private const string UnknownSubject = "somebody";

    // What a proxy calls its guests.
    private const string UnknownGuest = "guest-somebody";

    public static readonly Schema<RuleTestRequest> Schema = Declare.Object<RuleTestRequest>("request", "A request to try.", o =>
    {
        var method = o.Text("method", "The HTTP method.").Default("GET").Must(HttpToken.Is, "write a method such as PUT");
        var url = o.Text("url", "The whole address, in place of scheme, host and path.").Optional();
        var scheme = o.Choice("scheme", "The scheme that the client uses; by default that of the host's public address, else https.", ("https", "https"), ("http", "http")).Optional();
        var host = o.Text("host", "The host that the client asks for; by default the rule's own. Of a public address the port may be left out.").Optional();
        var path = o.Text("path", "The request target as sent, with its query.").Optional();
        var subject = o.Value("as", Declare.Raw.Select(ReadSubject), "Who is asking: subject, claims such as groups, and auth_age (how long ago the person signed in); or guest: true. Left out: whom the headers' credentials show.").Optional();
        var headers = o.Map("headers", "header", Declare.Text, "Request headers.")
            .Must(map => map.All(header => CanBeSent(header.Key, header.Value)), "write names and values that can be sent");
        var body = o.Value("body", Declare.Raw.Select((node, _, _) => new ParsedBody(NodeJson.Of(node))), "The request's JSON body.").Optional();
        return read =>
        {
            var address = AddressOf(read, read.Get(url), read.Get(scheme), read.Get(host), read.Get(path));
            return new RuleTestRequest
            {
                Method = read.Get(method),
                Scheme = address.Scheme,
                Host = address.Host,
                Path = address.Target,
                As = read.Get(subject),
                Headers = read.Get(headers),
                Body = read.Get(body)?.Json,
            };
        };
    });

    private static TestAddress AddressOf(ObjectReading read, string? url, string? scheme, string? host, string? path)
    {
        if (url is null)
        {
            if (path is null)
            {
                read.Fault("names no path; write path, or url for the whole address");
            }

            return new TestAddress(scheme, host ?? "", path ?? "/");
        }

        if (scheme is not null || host is not null || path is not null)
        {
            read.Fault("has url beside scheme, host or path; write one of both");
        }

        if (TestAddress.TryParse(url) is { } address)
        {
            return address;
        }

        read.Fault("has a url that is no http address");
        return new TestAddress(null, "", "/");
    }

    private static RuleTestSubject? ReadSubject(ConfigNode node, ConfigNode _, ConfigFaults faults)
    {
        if (node is not ConfigMapping mapping)
        {
            faults.Add(node, $"is {node.Kind}; write a mapping of claims");
            return null;
        }

        var isGuest = IsGuest(mapping, faults);
        var subject = (mapping["subject"] ?? mapping["sub"]) is ConfigScalar { Text: var name } ? name : isGuest ? UnknownGuest : UnknownSubject;
        var claims = new OrderedDictionary<string, ConfigNode>(mapping.Entries, StringComparer.Ordinal);
        claims.Remove("subject");
        claims.Remove("claims");
        TimeSpan? age = null;
        if (claims.Remove("auth_age", out var written))
        {
            age = Declare.Duration.TryRead(written, faults, out var read) ? read : null;
        }

        if (mapping["claims"] is ConfigMapping more)
        {
            foreach (var (claim, value) in more.Entries)
            {
                claims[claim] = value;
            }
        }

        return new RuleTestSubject(subject, NodeJson.Write(writer => WriteClaims(writer, subject, claims))) { AuthAge = age };
    }

    // Whoever has not logged in has no claims: a test that gave them some would show what never happens.
    private static bool IsGuest(ConfigMapping mapping, ConfigFaults faults)
    {
        if (mapping["guest"] is not { } guest)
        {
            return false;
        }

        if (guest is not ConfigScalar { Text: "true" })
        {
            faults.Add(guest, "is something else than true; leave it out for somebody who has logged in");
        }
        else if (mapping.Entries.Keys.FirstOrDefault(name => name is not ("guest" or "subject" or "sub" or "sid")) is { } claim)
        {
            faults.Add(mapping, $"names '{claim}' of a guest, who has a subject and a sid and nothing else");
        }

        return true;
    }

    private static void WriteClaims(Utf8JsonWriter writer, string subject, OrderedDictionary<string, ConfigNode> claims)
    {
        writer.WriteStartObject();
        foreach (var (claim, value) in claims.Where(claim => claim.Key != "sub"))
        {
            writer.WritePropertyName(claim);
            value.WriteJson(writer);
        }

        writer.WriteString("sub", subject);
        writer.WriteEndObject();
    }

    // A server would refuse anything else before a rule sees it: such a test would say nothing about the rule.
    private static bool CanBeSent(string name, string value) => HttpToken.Is(name) && value.All(character => character is (>= ' ' and <= '~') or '\t');

    private sealed record ParsedBody(JsonElement Json);
}
