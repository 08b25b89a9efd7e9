using System.Text.Json;
using AuthProxy.Jose.Reading;
using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.Admin;

/// <summary>What an operator wants to be ended.</summary>
internal abstract record EndOrder
{
    private const int LongestBody = 8 * 1024;
    private const int MaximumDepth = 2;

    private EndOrder()
    {
    }

    /// <summary>One session, a login's or a bearer's.</summary>
    public sealed record One(string Sid) : EndOrder;

    /// <summary>Everything that a subject has.</summary>
    public sealed record OfSubject(string Issuer, string Subject) : EndOrder;

    /// <summary>Everything that came of one session at the provider.</summary>
    public sealed record OfProviderSession(string Issuer, string ProviderSession) : EndOrder;

    public sealed record Everything : EndOrder;

    /// <summary>Null for a body that says none of these, or more than one.</summary>
    public static async ValueTask<EndOrder?> ReadAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = new byte[LongestBody + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellation);
        return length <= LongestBody && StrictJson.ParseObject(body.AsSpan(0, length), MaximumDepth, out var json) is null ? Of(json) : null;
    }

    private static EndOrder? Of(JsonElement json)
    {
        if (!StrictJson.TryGetText(json, "sid"u8, out var sid) || !StrictJson.TryGetText(json, "issuer"u8, out var issuer)
            || !StrictJson.TryGetText(json, "subject"u8, out var subject) || !StrictJson.TryGetText(json, "provider_session"u8, out var session))
        {
            return null;
        }

        var all = json.TryGetProperty("all"u8, out var flag) && flag.ValueKind == JsonValueKind.True;
        return (json.GetPropertyCount(), all, sid, issuer, subject, session) switch
        {
            (1, true, _, _, _, _) => new Everything(),
            (1, _, { Length: > 0 }, _, _, _) when Session.IsSid(sid) => new One(sid),
            (2, _, _, { Length: > 0 }, { Length: > 0 }, _) => new OfSubject(issuer, subject),
            (2, _, _, { Length: > 0 }, _, { Length: > 0 }) => new OfProviderSession(issuer, session),
            _ => null,
        };
    }
}
