using System.Buffers;
using System.Text.Json;
using AuthProxy.Hosting.Refusals;

namespace AuthProxy.Proxy.Errors.Json;

/// <summary>The error body that clients of Oathkeeper know; its members, header and sentences are Oathkeeper's.</summary>
internal static class OathkeeperErrorBody
{
    private const string ErrorIdHeader = "Ory-Error-Id";

    /// <param name="context">The request that goes no further.</param>
    /// <param name="answer">What the client may know.</param>
    /// <param name="message">The sentence.</param>
    /// <param name="reason">What was wrong, where the client may know more.</param>
    /// <param name="cancellation">The client has gone.</param>
    public static async Task WriteAsync(HttpContext context, RefusalAnswer answer, string message, string? reason, CancellationToken cancellation)
    {
        var refusal = answer.Refusal;
        var body = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error");
            writer.WriteNumber("code", refusal.Status);
            writer.WriteString("status", StatusNames.TextOf(refusal.Status));
            writer.WriteString("request", answer.SupportCode);
            if (reason is not null)
            {
                writer.WriteString("reason", reason);
            }

            writer.WriteString("message", message);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        RefusalResponse.SetHead(context.Response, refusal);
        context.Response.Headers[ErrorIdHeader] = refusal.Reason;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(body.WrittenMemory, cancellation);
        }
    }

    /// <summary>The status's own sentence, which tells nothing of the rule or the request.</summary>
    public static string Generic(Refusal refusal) => refusal.Status switch
    {
        400 => "The request was malformed or contained invalid parameters",
        401 => "The request could not be authorized",
        403 => "The requested action was forbidden",
        404 => "The requested resource could not be found",
        409 => "The resource could not be created due to a conflict",
        415 => "The request is using an unknown content type",
        429 => "Too many requests",
        500 => "An internal server error occurred, please contact the system administrator",
        _ => refusal.Title,
    };

    /// <summary>The sentence of the very error.</summary>
    public static string Specific(Refusal refusal) => refusal switch
    {
        _ when refusal == ProxyRefusals.RuleMissing => "Requested url does not match any rules",
        _ when refusal == ProxyRefusals.RuleAmbiguous => "Expected exactly one rule but found multiple rules",
        { Status: 401 } => "Access credentials are invalid",
        { Status: 403 } => "Access credentials are not sufficient to access this resource",
        { Status: 429 } => "Too many requests",
        _ => refusal.Title,
    };
}
