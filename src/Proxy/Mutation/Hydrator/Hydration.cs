using System.Text.Json;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Mutation.Hydrator;

/// <summary>What a service made of a session.</summary>
internal abstract record Hydration
{
    private const int Deepest = 32;

    private static readonly JsonElement NoClaims = JsonDocument.Parse("{}").RootElement;

    private Hydration()
    {
    }

    /// <param name="Claims">What is said of the subject from now on; a JSON object.</param>
    /// <param name="Headers">What the upstream is told besides; only names that the rule lists.</param>
    public sealed record Done(JsonElement Claims, IReadOnlyDictionary<string, string> Headers) : Hydration;

    public sealed record Failed(string Why) : Hydration;

    /// <param name="outcome">What came of the question.</param>
    /// <param name="subject">About whom it was: an answer about somebody else is none.</param>
    /// <param name="names">The headers that it may set.</param>
    public static Hydration Of(RemoteOutcome outcome, string subject, IReadOnlyList<string> names) => outcome switch
    {
        RemoteOutcome.Answered { Status: 200 } answered => Read(answered.Body, subject, names),
        RemoteOutcome.Answered other => new Failed($"the service answered status {other.Status}"),
        RemoteOutcome.Unanswered unanswered => new Failed(unanswered.Why),
        _ => new Failed("the question had no outcome"),
    };

    private static Hydration Read(ReadOnlyMemory<byte> body, string subject, IReadOnlyList<string> names)
    {
        try
        {
            // A member that stands twice is read as its first by some and as its last by others.
            var session = JsonElement.Parse(body.Span, new JsonDocumentOptions { MaxDepth = Deepest, AllowDuplicateProperties = false });
            return session.ValueKind == JsonValueKind.Object ? Read(session, subject, names) : new Failed("the answer is no JSON object");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // The parser's own message may quote what it read.
            return new Failed("the answer is no JSON, or repeats a member");
        }
    }

    private static Hydration Read(JsonElement session, string subject, IReadOnlyList<string> names)
    {
        if (!(session.TryGetProperty("subject"u8, out var id) ? id.ValueKind == JsonValueKind.String && id.ValueEquals(subject) : subject.Length == 0))
        {
            return new Failed("the answer is about another subject");
        }

        if (session.TryGetProperty("extra"u8, out var extra) && extra.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
        {
            return new Failed("the answer's extra is no object");
        }

        return HeadersOf(session, names) is { } headers
            ? new Done(extra.ValueKind == JsonValueKind.Object ? extra : NoClaims, headers)
            : new Failed("the answer's header is no object of lists of texts");
    }

    /// <summary>Null where the member has another form.</summary>
    private static Dictionary<string, string>? HeadersOf(JsonElement session, IReadOnlyList<string> names)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (!session.TryGetProperty("header"u8, out var header) || header.ValueKind == JsonValueKind.Null)
        {
            return headers;
        }

        if (header.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var member in header.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Array || member.Value.EnumerateArray().Any(value => value.ValueKind != JsonValueKind.String))
            {
                return null;
            }

            // The first value only, and of two spellings of a name the first: a second one is nobody's decision.
            if (names.Contains(member.Name, StringComparer.OrdinalIgnoreCase) && member.Value.GetArrayLength() > 0)
            {
                headers.TryAdd(member.Name, member.Value[0].GetString()!);
            }
        }

        return headers;
    }
}
