using System.Diagnostics;
using OpenTelemetry;

namespace AuthProxy.Hosting.Tracing;

/// <summary>Takes out of spans what opens something: codes and states in queries, data tokens and tickets in paths.</summary>
internal sealed class RedactingProcessor : BaseProcessor<Activity>
{
    private const int LongestPlainSegment = 40;
    private static readonly string[] QueryTags = ["url.query", "http.query"];
    private static readonly string[] PathTags = ["url.path", "url.full", "http.target", "http.url"];

    public override void OnEnd(Activity data)
    {
        foreach (var tag in QueryTags)
        {
            if (data.GetTagItem(tag) is not null)
            {
                data.SetTag(tag, "*");
            }
        }

        foreach (var tag in PathTags)
        {
            if (data.GetTagItem(tag) is string address)
            {
                data.SetTag(tag, Redact(address));
            }
        }
    }

    internal static string Redact(string address)
    {
        var query = address.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? address : address[..query];
        return string.Join('/', path.Split('/').Select(Segment)) + (query < 0 ? "" : "?*");
    }

    private static string Segment(string segment) =>
        segment.Contains("lunasec-", StringComparison.OrdinalIgnoreCase) || segment.Length > LongestPlainSegment ? "*" : segment;
}
