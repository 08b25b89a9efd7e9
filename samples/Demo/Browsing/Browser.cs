using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace AuthProxy.Demo;

/// <summary>As much of a browser as the story needs: cookies, redirects, forms, and the headers that say who caused a request.</summary>
internal sealed partial class Browser(HttpClient http, CookieJar? cookies = null)
{
    private const int MostRedirects = 12;
    private readonly List<Uri> _redirects = [];

    public CookieJar Cookies { get; } = cookies ?? new CookieJar();

    /// <summary>Older browsers do not say which site caused a request.</summary>
    public bool SendsFetchMetadata { get; init; } = true;

    /// <summary>Every address that this browser was ever sent to.</summary>
    public IReadOnlyList<Uri> Redirects => _redirects;

    /// <summary>Types an address, and goes wherever that leads.</summary>
    public Task<Answer> GoAsync(string address, CancellationToken cancellation) => NavigateAsync(HttpMethod.Get, new Uri(address), null, null, MostRedirects, cancellation);

    /// <summary>Types an address, and looks at the first answer only.</summary>
    public Task<Answer> GoOnceAsync(string address, CancellationToken cancellation) => NavigateAsync(HttpMethod.Get, new Uri(address), null, null, 0, cancellation);

    /// <summary>Fills in the first form of a page and sends it.</summary>
    public Task<Answer> SubmitAsync(Answer page, IReadOnlyDictionary<string, string> fields, CancellationToken cancellation)
    {
        var action = FormAction().Match(page.Body);
        if (!action.Success)
        {
            throw new CheckFailedException($"{page.Url.GetLeftPart(UriPartial.Path)} has no form ({page})");
        }

        var target = new Uri(page.Url, WebUtility.HtmlDecode(action.Groups[1].Value));
        return PostFormAsync(target, Origin(page.Url), fields, cancellation);
    }

    /// <summary>Sends a form that a page of some origin made.</summary>
    public Task<Answer> PostFormAsync(Uri target, string origin, IReadOnlyDictionary<string, string> fields, CancellationToken cancellation) =>
        NavigateAsync(HttpMethod.Post, target, origin, new FormUrlEncodedContent(fields), MostRedirects, cancellation);

    /// <summary>What a page's own script sends.</summary>
    public async Task<Answer> FetchAsync(
        HttpMethod method, string address, string? json, CancellationToken cancellation, params IReadOnlyList<(string Name, string Value)> more)
    {
        var url = new Uri(address);
        using var request = new HttpRequestMessage(method, url);
        request.Headers.Accept.ParseAdd("application/json, */*");
        request.Headers.Add("Sec-Fetch-Mode", "cors");
        request.Headers.Add("Sec-Fetch-Dest", "empty");
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        if (method != HttpMethod.Get)
        {
            request.Headers.Add("Origin", Origin(url));
        }

        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        foreach (var (name, value) in more)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content!.Headers.Remove(name);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await SendAsync(request, [], cancellation);
    }

    private async Task<Answer> NavigateAsync(HttpMethod method, Uri url, string? origin, HttpContent? content, int redirects, CancellationToken cancellation)
    {
        var via = new List<Uri>();
        var site = origin is null ? "none" : "same-origin";
        while (true)
        {
            site = origin is null ? site : Farther(site, origin, url);
            using var request = new HttpRequestMessage(method, url) { Content = content };
            request.Headers.Accept.ParseAdd("text/html,application/xhtml+xml,*/*;q=0.8");
            if (SendsFetchMetadata)
            {
                request.Headers.Add("Sec-Fetch-Mode", "navigate");
                request.Headers.Add("Sec-Fetch-Dest", "document");
                request.Headers.Add("Sec-Fetch-User", "?1");
                request.Headers.Add("Sec-Fetch-Site", site);
            }

            request.Headers.Add("Upgrade-Insecure-Requests", "1");
            if (method == HttpMethod.Post)
            {
                request.Headers.Add("Origin", origin ?? "null");
            }

            var answer = await SendAsync(request, via, cancellation);
            if (answer.Code is not (301 or 302 or 303 or 307 or 308) || !answer.Headers.TryGetValue("Location", out var location) || redirects-- <= 0)
            {
                return answer;
            }

            (method, content) = answer.Code is 307 or 308 ? (method, content) : (HttpMethod.Get, null);
            url = new Uri(url, location);
            via.Add(url);
            _redirects.Add(url);
        }
    }

    private async Task<Answer> SendAsync(HttpRequestMessage request, List<Uri> via, CancellationToken cancellation)
    {
        var url = request.RequestUri!;
        if (Cookies.HeaderFor(url) is { } header)
        {
            request.Headers.TryAddWithoutValidation("Cookie", header);
        }

        using var response = await http.SendAsync(request, cancellation);
        if (response.Headers.TryGetValues("Set-Cookie", out var set))
        {
            foreach (var cookie in set)
            {
                Cookies.Take(url, cookie);
            }
        }

        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        var body = await response.Content.ReadAsStringAsync(cancellation);
        return new Answer(url, response.StatusCode, body, response.Content.Headers.ContentType?.MediaType, headers, [.. via]);
    }

    /// <summary>Once a chain of redirects has left an origin, or a site, it does not come back to it (Fetch Metadata, 2.3).</summary>
    private static string Farther(string site, string origin, Uri url) => (site, Origin(url)) switch
    {
        ("cross-site", _) => "cross-site",
        (_, var own) when own == origin => site,
        _ when Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Host.EndsWith(".app.localhost", StringComparison.Ordinal)
            && url.Host.EndsWith(".app.localhost", StringComparison.Ordinal) => "same-site",
        _ => "cross-site",
    };

    private static string Origin(Uri url) => url.GetLeftPart(UriPartial.Authority);

    [GeneratedRegex("<form[^>]* action=\"([^\"]*)\"")]
    private static partial Regex FormAction();
}
