using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Unicode;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Refusals;
using Microsoft.AspNetCore.Http.Features;

namespace AuthProxy.Tokenizer.Http;

/// <summary>A request's JSON object. As with LunaDefend, member names are read without regard to case, and unknown ones are ignored.</summary>
internal sealed class JsonBody
{
    private const int MaxDepth = 32;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth };

    private readonly Dictionary<string, JsonElement> _members;

    private JsonBody(Dictionary<string, JsonElement> members) => _members = members;

    public static async Task<Outcome<JsonBody>> ReadAsync(HttpContext context, LimitSettings limits, TimeProvider clock)
    {
        if (!IsJson(context.Request.ContentType))
        {
            return new Refused(TokenizerRefusals.ContentTypeUnsupported, "the body is not declared as application/json");
        }

        var limit = limits.JsonBody;
        if (context.Request.ContentLength > limit)
        {
            return new Refused(TokenizerRefusals.BodyTooLarge, $"the body is longer than {limit} bytes");
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = limit;
        }

        // The server lets bodies take their time, because uploads do; whoever sends these byte by byte only keeps others out.
        using var deadline = new CancellationTokenSource(limits.JsonTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, deadline.Token);
        using var body = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(body, either.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return new Refused(TokenizerRefusals.BodyTimeout, $"the body did not arrive within {limits.JsonTimeout}");
        }

        return Parse(body.GetBuffer().AsMemory(0, (int)body.Length));
    }

    /// <summary>The member's text; null where it is absent or null.</summary>
    /// <returns>False where the member is something else than text.</returns>
    public bool TryText(string name, out string? text)
    {
        text = null;
        if (!_members.TryGetValue(name, out var member) || member.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        return member.ValueKind == JsonValueKind.String && TryText(member, out text);
    }

    public bool TryMember(string name, JsonValueKind kind, out JsonElement member) => _members.TryGetValue(name, out member) && member.ValueKind == kind;

    public bool Has(string name) => _members.TryGetValue(name, out var member) && member.ValueKind != JsonValueKind.Null;

    public bool TryObject(string name, [NotNullWhen(true)] out JsonBody? body)
    {
        body = TryMember(name, JsonValueKind.Object, out var member) && TryCollect(member, out var members) ? new JsonBody(members) : null;
        return body is not null;
    }

    public static bool TryText(JsonElement element, out string? text)
    {
        try
        {
            text = element.GetString();
            return text is not null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped: valid JSON, and no text.
            text = null;
            return false;
        }
    }

    private static Outcome<JsonBody> Parse(ReadOnlyMemory<byte> utf8)
    {
        // The parser looks at text only when it is asked for; what is kept as it came must be checked as a whole.
        if (!Utf8.IsValid(utf8.Span))
        {
            return new Refused(TokenizerRefusals.BodyInvalid, "the body is not UTF-8");
        }

        try
        {
            using var document = JsonDocument.Parse(utf8, Options);
            return document.RootElement.ValueKind == JsonValueKind.Object && TryCollect(document.RootElement.Clone(), out var members)
                ? new JsonBody(members)
                : new Refused(TokenizerRefusals.BodyInvalid, "the body is no JSON object, or a member stands twice in it or has a name that is no text");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return new Refused(TokenizerRefusals.BodyInvalid, "the body is no JSON");
        }
    }

    // Of two members with one name some readers take the first and some the last: nobody should have to know which.
    private static bool TryCollect(JsonElement element, out Dictionary<string, JsonElement> members)
    {
        members = new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase);
        try
        {
            foreach (var member in element.EnumerateObject())
            {
                if (!members.TryAdd(member.Name, member.Value))
                {
                    return false;
                }
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            // A name with half of a surrogate pair.
            return false;
        }
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is null || type.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
