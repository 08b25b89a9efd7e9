using System.Buffers;
using System.Text.Json;
using AuthProxy.Jose;

namespace AuthProxy.Proxy.Keys;

/// <summary>The public halves of the signing keys, current and previous, for whoever verifies what this Proxy signs.</summary>
internal sealed class JwksEndpoint(SigningKeyRing keys)
{
    public const string Path = "/.well-known/jwks.json";

    public async Task AnswerAsync(HttpContext context)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(body))
        {
            keys.WriteJwks(writer);
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.WrittenCount;

        // Short, so that a rotated key is known well before the previous one goes.
        context.Response.Headers.CacheControl = "public, max-age=60";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(body.WrittenMemory, context.RequestAborted);
        }
    }
}
