using System.Buffers;
using System.Text.Json;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Cors;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>How our endpoints answer the scripts of pages: JSON of one person, for pages of this host and of the origins that are listed.</summary>
internal sealed class PageAnswers(SessionEndpointSettings settings, LoginAnswers answers)
{
    private readonly CorsAnswers? _cors = settings.Origins is { } origins ? new CorsAnswers(origins) : null;

    /// <summary>Whether the page may have the answer; refuses where it may not, and answers a preflight where one asks.</summary>
    public async Task<bool> MayReadAsync(HttpContext context)
    {
        var request = context.Proxied().Received;
        if (HttpMethods.IsOptions(request.Method))
        {
            await AnswerOptionsAsync(context, request);
            return false;
        }

        var headers = context.Response.Headers;
        headers.Vary = "Cookie, Origin, Sec-Fetch-Site";
        _cors?.Apply(request.Headers.Origin, headers);
        if ((CrossOriginCheck.ObjectionToReading(request, settings.Origins) ?? ObjectionToChange(request)) is not { } objection)
        {
            return true;
        }

        await answers.RefuseAsync(context, ProxyRefusals.CrossOriginRefused, objection, null);
        return false;
    }

    /// <summary>A JSON object that nothing keeps, and that is neither a script nor a picture to anybody who says so.</summary>
    public static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write, CancellationToken cancellation)
    {
        var body = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        var response = context.Response;
        response.ContentType = "application/json";
        response.ContentLength = body.WrittenCount;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.BodyWriter.WriteAsync(body.WrittenMemory, cancellation);
        }
    }

    private Task AnswerOptionsAsync(HttpContext context, FrozenRequest request)
    {
        if (_cors is null || request.Headers.AccessControlRequestMethod is not [{ } method])
        {
            return answers.RefuseAsync(context, ProxyRefusals.MethodNotAllowed, "the endpoint does not know the method", null);
        }

        _cors.AnswerPreflight(context, method.ToUpperInvariant());
        return Task.CompletedTask;
    }

    private string? ObjectionToChange(FrozenRequest request) =>
        settings.Origins is { } listed ? CrossOriginCheck.Objection(request, listed) : CrossOriginCheck.Objection(request);
}
