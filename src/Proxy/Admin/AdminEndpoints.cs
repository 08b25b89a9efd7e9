using System.Buffers;
using System.Globalization;
using System.Net.Mime;
using System.Text.Json;
using AuthProxy.Hosting.Refusals;
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
        endpoints.MapGet("/rules", context => ListAsync(context, rules.Current));
        endpoints.MapGet("/rules/{**id}", context => ShowAsync(context, rules.Current));
        endpoints.MapPost("/keys/reload", context => ReloadAsync(context, keys));
    }

    private static Task ListAsync(HttpContext context, PreparedRules rules)
    {
        if (RulePage.Read(context) is not { } page)
        {
            return RefuseAsync(context, ProxyRefusals.RequestMalformed);
        }

        // As Oathkeeper pages: the list itself is the body, and how many there are is said beside it.
        context.Response.Headers["X-Total-Count"] = rules.Valid.Count.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["X-Rules-Revision"] = rules.Revision.ToString(CultureInfo.InvariantCulture);
        return WriteAsync(context, json => RulesView.Write(json, rules.Valid.Skip(page.Offset).Take(page.Limit)));
    }

    private static Task ShowAsync(HttpContext context, PreparedRules rules)
    {
        var id = context.GetRouteValue("id") as string;
        return rules.Valid.FirstOrDefault(rule => rule.Rule.Id == id) is { } found
            ? WriteAsync(context, json => RulesView.Write(json, found.Rule))
            : RefuseAsync(context, ProxyRefusals.EndpointUnknown);
    }

    private static Task RefuseAsync(HttpContext context, Refusal refusal) => RefusalResponse.WriteAsync(context, refusal, cancellation: context.RequestAborted);

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

    private static Task AnswerAsync(HttpContext context, Action<Utf8JsonWriter> members) => WriteAsync(context, json =>
    {
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
    });

    private static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> value)
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
