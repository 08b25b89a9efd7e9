using System.Net;
using System.Text.Json;

namespace AuthProxy.Demo;

/// <summary>What came back in the end, and over which addresses.</summary>
internal sealed record Answer(Uri Url, HttpStatusCode Status, string Body, string? MediaType, IReadOnlyDictionary<string, string> Headers, IReadOnlyList<Uri> Via)
{
    public int Code => (int)Status;

    /// <summary>The stable reason of a refusal, by the Proxy (problem details) or by the Tokenizer (its envelope).</summary>
    public string? Reason
    {
        get
        {
            try
            {
                using var document = JsonDocument.Parse(Body);
                return document.RootElement.TryGetProperty("error", out var error)
                    ? error.GetProperty("name").GetString()
                    : document.RootElement.TryGetProperty("type", out var type) ? type.GetString()!.Split(':')[^1] : null;
            }
            catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                return null;
            }
        }
    }

    public JsonElement Json
    {
        get
        {
            try
            {
                return JsonSerializer.Deserialize<JsonElement>(Body);
            }
            catch (JsonException)
            {
                throw new CheckFailedException($"{Url.AbsolutePath} answered {Code} with something that is not JSON");
            }
        }
    }

    public override string ToString() => $"{Code}{(Reason is { } reason ? $" {reason}" : "")}";
}
