namespace AuthProxy.Proxy.Decisions.Conventions;

/// <summary>Headers in which a caller states the original request. One that came twice may be the client's beside the caller's: then neither counts.</summary>
internal sealed class StatedHeaders(HttpContext context)
{
    private readonly IHeaderDictionary _headers = context.Request.Headers;
    private string? _fault;

    /// <summary>What the caller itself came in on.</summary>
    public string Scheme => context.Request.IsHttps ? "https" : "http";

    public string Host => Required("Host");

    /// <summary>A header without which the caller's convention is not kept: one that forgets to set it is found at once, not by an attacker.</summary>
    public string Required(string name) => Optional(name) ?? Fail($"{name} is missing");

    public string? Optional(string name) => _headers[name] switch
    {
        [] => null,
        [{ Length: > 0 } value] => value,
        [_] => Fail($"{name} is empty"),
        _ => Fail($"{name} came more than once"),
    };

    /// <summary>What was made of the headers, unless one of them was not right.</summary>
    public OriginalRequest Checked(OriginalRequest.Stated stated) => _fault is { } why ? new OriginalRequest.Unclear(why) : stated;

    /// <summary>Notes the first thing that is wrong.</summary>
    /// <returns>An empty text, in place of the one that is not there.</returns>
    public string Fail(string why)
    {
        _fault ??= why;
        return "";
    }
}
