using System.Net;
using System.Text.RegularExpressions;

namespace AuthProxy.TestKit;

/// <summary>
/// A browser without a screen: keeps cookies by host as browsers do, shows each redirect, submits forms. For what only a real
/// browser decides there are the browser tests.
/// </summary>
public sealed partial class UserAgent : IDisposable
{
    private readonly HttpClient _client = Loopback.Client();
    private readonly Dictionary<(string Host, string Name), string> _cookies = [];

    /// <summary>The cookies of a host (name and port), by name.</summary>
    public IReadOnlyDictionary<string, string> CookiesOf(string host) =>
        _cookies.Where(cookie => cookie.Key.Host == host).ToDictionary(cookie => cookie.Key.Name, cookie => cookie.Value);

    /// <summary>Plants a cookie, as a sibling host or a careless user might.</summary>
    public void SetCookie(string host, string name, string value) => _cookies[(host, name)] = value;

    public void ForgetCookies(string host)
    {
        foreach (var key in _cookies.Keys.Where(key => key.Host == host).ToList())
        {
            _cookies.Remove(key);
        }
    }

    /// <summary>Every address that was visited, in order: shows who redirected to whom.</summary>
    public List<Uri> Visited { get; } = [];

    /// <summary>Types an address or follows a link: one step, no redirect followed.</summary>
    public Task<HttpResponseMessage> NavigateOnceAsync(Uri address) =>
        SendAsync(Navigation(HttpMethod.Get, address));

    /// <summary>Types an address or follows a link, and follows redirects to the end.</summary>
    public async Task<HttpResponseMessage> NavigateAsync(Uri address) =>
        await FollowAsync(await NavigateOnceAsync(address));

    /// <summary>Calls as a page's own script does: same origin, no navigation.</summary>
    public Task<HttpResponseMessage> FetchAsync(HttpMethod method, Uri address, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, address) { Content = content };
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Mode", "cors");
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Dest", "empty");
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "same-origin");
        request.Headers.TryAddWithoutValidation("Origin", address.GetLeftPart(UriPartial.Authority));
        return SendAsync(request);
    }

    /// <summary>Submits the only form of a page with these fields beside its hidden ones, and follows redirects.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(HttpResponseMessage page, params (string Name, string Value)[] fields)
    {
        var address = page.RequestMessage!.RequestUri!;
        var html = await page.Content.ReadAsStringAsync();
        var action = FormAction().Match(html) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : address.AbsoluteUri;
        var hidden = HiddenField().Matches(html).Select(field => (WebUtility.HtmlDecode(field.Groups[1].Value), WebUtility.HtmlDecode(field.Groups[2].Value)));
        var request = Navigation(HttpMethod.Post, new Uri(address, action));
        request.Headers.TryAddWithoutValidation("Origin", address.GetLeftPart(UriPartial.Authority));
        request.Content = new FormUrlEncodedContent(hidden.Concat(fields)
            .GroupBy(field => field.Item1)
            .Select(field => KeyValuePair.Create(field.Key, field.Last().Item2)));
        return await FollowAsync(await SendAsync(request));
    }

    /// <summary>Sends a request with this agent's cookies and keeps those of the answer.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        var host = request.RequestUri!.Authority;
        Visited.Add(request.RequestUri);
        var own = CookiesOf(host);
        if (own.Count > 0)
        {
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", own.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }

        var response = await _client.SendAsync(request);
        if (response.Headers.TryGetValues("Set-Cookie", out var lines))
        {
            foreach (var line in lines)
            {
                Keep(host, line);
            }
        }

        return response;
    }

    public void Dispose() => _client.Dispose();

    private static HttpRequestMessage Navigation(HttpMethod method, Uri address)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Mode", "navigate");
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Dest", "document");
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", method == HttpMethod.Get ? "none" : "same-origin");
        request.Headers.TryAddWithoutValidation("Accept", "text/html,*/*;q=0.8");
        return request;
    }

    private async Task<HttpResponseMessage> FollowAsync(HttpResponseMessage response)
    {
        for (var steps = 0; response.Headers.Location is { } location && (int)response.StatusCode is >= 300 and < 400; steps++)
        {
            if (steps == 30)
            {
                throw new InvalidOperationException("A redirect loop: " + string.Join(" -> ", Visited.TakeLast(8).Select(visited => visited.GetLeftPart(UriPartial.Path))));
            }

            var next = new Uri(response.RequestMessage!.RequestUri!, location);
            response.Dispose();
            response = await NavigateOnceAsync(next);
        }

        return response;
    }

    private void Keep(string host, string line)
    {
        var parts = line.Split(';', StringSplitOptions.TrimEntries);
        var equals = parts[0].IndexOf('=', StringComparison.Ordinal);
        var (name, value) = (parts[0][..equals], parts[0][(equals + 1)..]);
        var ends = parts.Any(part => part.Equals("Max-Age=0", StringComparison.OrdinalIgnoreCase)
            || part.StartsWith("Expires=Thu, 01 Jan 1970", StringComparison.OrdinalIgnoreCase));
        if (ends || value.Length == 0)
        {
            _cookies.Remove((host, name));
        }
        else
        {
            _cookies[(host, name)] = value;
        }
    }

    [GeneratedRegex("<form[^>]*action=\"([^\"]*)\"", RegexOptions.IgnoreCase)]
    private static partial Regex FormAction();

    [GeneratedRegex("<input[^>]*type=\"hidden\"[^>]*name=\"([^\"]*)\"[^>]*value=\"([^\"]*)\"", RegexOptions.IgnoreCase)]
    private static partial Regex HiddenField();
}
