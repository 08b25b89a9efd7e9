using System.Buffers;
using System.Net.Mime;
using System.Text.Json;
using AuthProxy.Jose;
using AuthProxy.Proxy.Cli;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Admin;

/// <summary>What operators may ask: the version, the rules in force, and that keys are read again.</summary>
internal static class AdminEndpoints
{
    public static void MapAdmin(this IEndpointRouteBuilder endpoints, IServiceProvider services)
    {
        var rules = services.GetRequiredService<RuleSource>();
        var keys = services.GetRequiredService<SigningKeyRing>();
        endpoints.MapGet("/version", context => AnswerAsync(context, static json => json.WriteString("version"u8, VersionCommand.Version)));
        endpoints.MapGet("/rules", context => AnswerAsync(context, json => RulesView.Write(json, rules.Current)));
        endpoints.MapPost("/keys/reload", context => ReloadAsync(context, keys));
    }

    private static Task ReloadAsync(HttpContext context, SigningKeyRing keys)
    {
        var outcome = keys.Reload();
        if (outcome is SigningKeyReloadOutcome.Failed)
        {
            context.Response.StatusCode = StatusCodes.Status409Conflict;
        }

        return AnswerAsync(context, json =>
        {
            json.WriteBoolean("changed"u8, outcome is SigningKeyReloadOutcome.Changed);
            json.WriteString("current"u8, keys.Current.KeyId);
            json.WriteString("previous"u8, keys.Previous?.KeyId);
            if (outcome is SigningKeyReloadOutcome.Failed failed)
            {
                json.WriteString("fault"u8, failed.Why);
            }
        });
    }

    private static async Task AnswerAsync(HttpContext context, Action<Utf8JsonWriter> members)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        context.Response.ContentType = MediaTypeNames.Application.Json;
        context.Response.ContentLength = body.WrittenCount;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.BodyWriter.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }
}
