using System.Buffers;
using System.Text.Json;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Errors.When;
using AuthProxy.Proxy.Matching;
using AuthProxy.Rules;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthProxy.Proxy.Errors.Json;

/// <param name="Verbose">Whether Oathkeeper's form says more than the status's own sentence.</param>
/// <param name="When">When the handler answers.</param>
internal sealed record JsonErrorSettings(bool Verbose, IReadOnlyList<ErrorCondition> When)
{
    public static readonly Schema<JsonErrorSettings> Schema = Declare.Object<JsonErrorSettings>("json", "Answers with the status and a JSON body.", o =>
    {
        var verbose = o.Boolean("verbose", "Whether the body names what was wrong; only Oathkeeper's form knows the difference.").Default(false);
        var when = o.When();
        return read => new JsonErrorSettings(read.Get(verbose), read.Get(when));
    });
}

/// <summary>RFC 9457 problem details; nothing to aim by.</summary>
internal sealed class JsonErrorHandler : IErrorHandler
{
    public static readonly JsonErrorHandler Instance = new();

    public string Name => JsonErrorKind.KindName;

    public bool Answers(HttpContext context, Refusal refusal) => true;

    public Task WriteAsync(HttpContext context, RefusalAnswer answer, CancellationToken cancellation) =>
        RefusalResponse.WriteAsync(context, answer.Refusal, answer.SupportCode, cancellation);
}

/// <summary>The error body that clients of Oathkeeper know.</summary>
internal sealed class OathkeeperJsonErrorHandler(bool verbose) : IErrorHandler
{
    public string Name => JsonErrorKind.KindName;

    public bool Answers(HttpContext context, Refusal refusal) => true;

    public async Task WriteAsync(HttpContext context, RefusalAnswer answer, CancellationToken cancellation)
    {
        var (refusal, code) = (answer.Refusal, answer.SupportCode);
        var body = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error");
            writer.WriteNumber("code", refusal.Status);
            writer.WriteString("status", ReasonPhrases.GetReasonPhrase(refusal.Status));
            writer.WriteString("request", code);
            if (verbose)
            {
                writer.WriteString("reason", refusal.Reason);
            }

            writer.WriteString("message", verbose ? refusal.Title : MessageFor(refusal));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        RefusalResponse.SetHead(context.Response, refusal);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(body.WrittenMemory, cancellation);
        }
    }

    // Files and clients depend on these sentences; they are Oathkeeper's.
    private static string MessageFor(Refusal refusal) => refusal.Status switch
    {
        401 => "The request could not be authorized",
        403 => "The requested action was forbidden",
        404 => "The requested resource could not be found",
        429 => "Too many requests",
        500 => "An internal server error occurred, please contact the system administrator",
        _ => refusal.Title,
    };
}

internal sealed class JsonErrorKind : IHandlerKind<IErrorHandler>
{
    public const string KindName = "json";

    public string Name => KindName;

    public Schema Schema => JsonErrorSettings.Schema;

    public IErrorHandler? Prepare(HandlerPreparation preparation) =>
        preparation.TryRead(JsonErrorSettings.Schema, out var settings)
            ? ConditionalErrorHandler.Limit(preparation.Form == RuleForm.Oathkeeper ? new OathkeeperJsonErrorHandler(settings.Verbose) : JsonErrorHandler.Instance, settings.When)
            : null;
}
