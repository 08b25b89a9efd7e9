using System.Globalization;
using AuthProxy.Proxy.OpenIdConnect;
using Microsoft.AspNetCore.Http.Features;

namespace AuthProxy.Proxy.Admin;

/// <summary>Which rules of all are shown, in Oathkeeper's parameters.</summary>
internal sealed record RulePage(int Limit, int Offset)
{
    private const int DefaultLimit = 50;
    private const int LargestLimit = 500;

    /// <summary>Null where a parameter is no number, or came twice.</summary>
    public static RulePage? Read(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var query = QueryParameters.Parse(question < 0 ? "" : target[question..]);
        return !query.HasRepeated("limit", "offset") && TryRead(query["limit"], DefaultLimit, out var limit) && TryRead(query["offset"], 0, out var offset)
            ? new RulePage(Math.Min(limit, LargestLimit), offset)
            : null;
    }

    private static bool TryRead(string? text, int otherwise, out int number)
    {
        number = otherwise;
        return text is null || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
