using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AuthProxy.Hosting.Health;

/// <summary>The probes. They say by name what is missing, and which mode parts are in, and nothing else, because their listener is open.</summary>
public static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints, HealthState health)
    {
        endpoints.MapGet("/health/startup", context => AnswerAsync(context, health.IsStarted, health));
        endpoints.MapGet("/health/ready", context => AnswerAsync(context, health.IsReady, health, health.Details()));
        endpoints.MapGet("/health/live", context => AnswerAsync(context, true, health));

        // Oathkeeper's name for the same.
        endpoints.MapGet("/health/alive", context => AnswerAsync(context, true, health));
    }

    private static async Task AnswerAsync(HttpContext context, bool good, HealthState health, IReadOnlyList<(string Name, string Value)>? details = null)
    {
        var body = new ArrayBufferWriter<byte>(64);
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteString("status", good ? "ok" : health.IsDraining ? "draining" : "unavailable");
            if (!good)
            {
                writer.WriteStartArray("waiting_for");
                foreach (var name in health.Unmet())
                {
                    writer.WriteStringValue(name);
                }

                writer.WriteEndArray();
            }

            foreach (var (name, value) in details ?? [])
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        context.Response.StatusCode = good ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = body.WrittenCount;
        await context.Response.BodyWriter.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }
}
