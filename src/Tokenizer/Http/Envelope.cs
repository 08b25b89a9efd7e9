using System.Buffers;
using System.Globalization;
using System.Text.Json;
using AuthProxy.Hosting.Refusals;

namespace AuthProxy.Tokenizer.Http;

/// <summary>LunaDefend's envelope: <c>success</c>, <c>data</c> or <c>error</c>. The error's names come in both spellings that its clients read.</summary>
internal static class Envelope
{
    public static Task WriteDataAsync(HttpContext context, Action<Utf8JsonWriter> writeData) => WriteAsync(context, 200, writer =>
    {
        writer.WriteBoolean("success", true);
        writer.WriteStartObject("data");
        writeData(writer);
        writer.WriteEndObject();
    });

    public static Task WriteRefusalAsync(HttpContext context, Refusal refusal)
    {
        var headers = context.Response.Headers;
        if (refusal.Challenge is { } challenge)
        {
            headers.WWWAuthenticate = challenge;
        }

        if (refusal.RetryAfter is { } seconds)
        {
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        // The rest of the body is still on its way: nobody waits for it, and the connection is good for nothing else.
        if (refusal.Status == StatusCodes.Status408RequestTimeout)
        {
            headers.Connection = "close";
        }

        return WriteErrorAsync(context, refusal.Status, refusal);
    }

    public static Task WriteErrorAsync(HttpContext context, int status, Refusal refusal) => WriteAsync(context, status, writer =>
    {
        writer.WriteBoolean("success", false);
        writer.WriteStartObject("error");
        writer.WriteString("name", refusal.Reason);
        writer.WriteString("message", refusal.Title);
        writer.WriteString("errorName", refusal.Reason);
        writer.WriteString("errorMessage", refusal.Title);
        writer.WriteString("traceId", RefusalResponse.TraceIdOf(context));
        writer.WriteEndObject();
    });

    private static async Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = body.WrittenCount;
        await response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }
}
