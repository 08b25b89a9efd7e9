using System.Buffers;
using System.Net.Mime;
using System.Text.Json;
using AuthProxy.Hosting.Refusals;

namespace AuthProxy.Proxy.Admin;

/// <summary>How operators are answered: in JSON.</summary>
internal static class AdminAnswers
{
    public static Task RefuseAsync(HttpContext context, Refusal refusal) => RefusalResponse.WriteAsync(context, refusal, cancellation: context.RequestAborted);

    public static Task WriteObjectAsync(HttpContext context, Action<Utf8JsonWriter> members) => WriteAsync(context, json =>
    {
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
    });

    public static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> value)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            value(json);
        }

        context.Response.ContentType = MediaTypeNames.Application.Json;
        context.Response.ContentLength = body.WrittenCount;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.BodyWriter.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }
}
