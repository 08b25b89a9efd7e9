using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AuthProxy.Hosting.Refusals;

/// <summary>A refusal as RFC 9457 problem details: a reason to look up, and nothing to aim by.</summary>
public static class RefusalResponse
{
    public const string ContentType = "application/problem+json";
    public const string TypePrefix = "urn:authproxy:refusal:";

    /// <summary>Answers with the refusal. Headers set before stay; the response must not have started.</summary>
    public static async Task WriteAsync(HttpContext context, Refusal refusal, string? support = null, CancellationToken cancellation = default)
    {
        var body = new ArrayBufferWriter<byte>(256);
        WriteBody(body, refusal, TraceIdOf(context), support);

        var response = context.Response;
        SetHead(response, refusal);
        response.ContentType = ContentType;
        response.ContentLength = body.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.BodyWriter.WriteAsync(body.WrittenMemory, cancellation);
        }
    }

    /// <summary>Status, challenge and caching, for refusals whose body is another one (a page, a gRPC trailer).</summary>
    public static void SetHead(HttpResponse response, Refusal refusal)
    {
        response.StatusCode = refusal.Status;
        response.Headers.CacheControl = "no-store";
        if (refusal.Challenge is { } challenge)
        {
            response.Headers[HeaderNames.WWWAuthenticate] = challenge;
        }

        if (refusal.RetryAfter is { } seconds)
        {
            response.Headers.RetryAfter = new StringValues(seconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    public static void WriteBody(IBufferWriter<byte> body, Refusal refusal, string traceId, string? support = null)
    {
        using var writer = new Utf8JsonWriter(body);
        writer.WriteStartObject();
        writer.WriteString("type", TypePrefix + refusal.Reason);
        writer.WriteString("title", refusal.Title);
        writer.WriteNumber("status", refusal.Status);
        writer.WriteString("traceId", traceId);
        if (support is not null)
        {
            writer.WriteString("support", support);
        }

        writer.WriteEndObject();
    }

    /// <summary>The name under which the operator finds the cause.</summary>
    public static string TraceIdOf(HttpContext context) => Activity.Current?.Id ?? context.TraceIdentifier;
}
