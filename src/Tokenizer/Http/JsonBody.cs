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

    /// <summary>The body as it was sent; empty for an object inside of one.</summary>
    public ReadOnlyMemory<byte> Sent { get; private init; }

    /// <param name="context">The request whose body it is.</param>
    /// <param name="limits">How slowly it may come.</param>
    /// <param name="clock">Measures that.</param>
    /// <param name="longest">How many bytes it may have.</param>
    public static async Task<Outcome<JsonBody>> ReadAsync(HttpContext context, LimitSettings limits, TimeProvider clock, int longest)
    {
        if (!IsJson(context.Request.ContentType))
        {
            return new Refused(TokenizerRefusals.ContentTypeUnsupported, "the body is not declared as application/json");
        }

        if (context.Request.ContentLength > longest)
        {
            return new Refused(TokenizerRefusals.BodyTooLarge, $"the body is longer than {longest} bytes");
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = longest;
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

    /// <summary>The member's number, counted from 1; null where it is absent or null.</summary>
    /// <returns>False where the member is something else than such a number.</returns>
    public bool TryCount(string name, out int? count)
    {
        count = null;
        if (!Has(name))
        {
            return true;
        }

        if (!TryMember(name, JsonValueKind.Number, out var member) || !member.TryGetInt32(out var number) || number < 1)
        {
            return false;
        }

        count = number;
        return true;
    }

    /// <summary>Whether every member has one of these names: where a misspelt one would silently mean something else.</summary>
    public bool HasOnly(IReadOnlyCollection<string> names) => _members.Keys.All(name => names.Contains(name, StringComparer.OrdinalIgnoreCase));

    /// <summary>The object as a body of its own; null where it is none, or a member stands twice in it.</summary>
    public static JsonBody? Of(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && TryCollect(element, out var members) ? new JsonBody(members) : null;

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
                ? new JsonBody(members) { Sent = utf8 }
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
