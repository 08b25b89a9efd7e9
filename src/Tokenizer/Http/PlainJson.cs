using System.Buffers;
using System.Text.Json;
using AuthProxy.Hosting.Refusals;

namespace AuthProxy.Tokenizer.Http;

/// <summary>The answers of our own interface: objects as they are, and refusals as problem details (RFC 9457).</summary>
internal static class PlainJson
{
    public static Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write) => WriteAsync(context, status, ToBytes(write));

    public static async Task WriteAsync(HttpContext context, int status, ReadOnlyMemory<byte> json)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        await response.Body.WriteAsync(json, context.RequestAborted);
    }

    public static Task WriteRefusalAsync(HttpContext context, Refusal refusal)
    {
        // The rest of the body is still on its way: nobody waits for it, and the connection is good for nothing else.
        if (refusal.Status == StatusCodes.Status408RequestTimeout)
        {
            context.Response.Headers.Connection = "close";
        }

        return RefusalResponse.WriteAsync(context, refusal, cancellation: context.RequestAborted);
    }

    /// <param name="write">Writes the members of an object.</param>
    public static ReadOnlyMemory<byte> ToBytes(Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return body.WrittenMemory;
    }
}
