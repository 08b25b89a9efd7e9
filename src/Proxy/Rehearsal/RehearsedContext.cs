using System.Net;
using System.Text;
using AuthProxy.Proxy.Addresses;
using AuthProxy.Rules.Testing;
using Microsoft.AspNetCore.Http.Features;

namespace AuthProxy.Proxy.Rehearsal;

/// <summary>The request of a test as a server would have received it.</summary>
internal static class RehearsedContext
{
    // RFC 5737: nobody's, so no network that is trusted or named in a rule.
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");

    /// <param name="request">The request as written.</param>
    /// <param name="addresses">The public addresses, which say what a request leaves open.</param>
    /// <param name="services">What the stages live in.</param>
    /// <param name="cancellation">Ends the request.</param>
    public static (HttpContext Context, RehearsedResponse Response) Of(RuleTestRequest request, PublicAddresses addresses, IServiceProvider services, CancellationToken cancellation)
    {
        var address = AddressOf(request, addresses);
        var body = request.Body is { } json ? Encoding.UTF8.GetBytes(json.GetRawText()) : [];
        var response = new RehearsedResponse();
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Method = request.Method,
            Scheme = address.Scheme,
            RawTarget = request.Path,
            Headers = HeadersOf(request, address, body),
            Body = new MemoryStream(body, writable: false),
        });
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        features.Set<IHttpRequestBodyDetectionFeature>(new BodyDetection(body.Length > 0));
        features.Set<IHttpRequestLifetimeFeature>(new HttpRequestLifetimeFeature { RequestAborted = cancellation });
        features.Set<IHttpConnectionFeature>(new HttpConnectionFeature { RemoteIpAddress = Client });
        features.Set<IHttpUpgradeFeature>(new Upgrade(request.Headers.Keys.Any(name => name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase))));
        return (new DefaultHttpContext(features) { RequestServices = services }, response);
    }

    /// <summary>Scheme and host as a client would write them: a name alone stands for the public address that has it.</summary>
    public static PublicAddress AddressOf(RuleTestRequest request, PublicAddresses addresses)
    {
        var known = request.Host.Length == 0 ? (addresses.All is [var first, ..] ? first : null)
            : addresses.All.FirstOrDefault(address => address.Host.Equals(request.Host, StringComparison.OrdinalIgnoreCase))
            ?? addresses.All.FirstOrDefault(address => address.HostName.Equals(request.Host, StringComparison.OrdinalIgnoreCase));
        return new PublicAddress(request.Scheme ?? known?.Scheme ?? "https", known?.Host ?? (request.Host.Length > 0 ? request.Host : "localhost"));
    }

    private static IHeaderDictionary HeadersOf(RuleTestRequest request, PublicAddress address, byte[] body)
    {
        IHeaderDictionary headers = new HeaderDictionary { ["Host"] = address.Host };
        if (body.Length > 0)
        {
            headers.ContentType = "application/json";
            headers.ContentLength = body.Length;
        }

        foreach (var (name, value) in request.Headers)
        {
            headers[name] = value;
        }

        return headers;
    }

    private sealed class BodyDetection(bool canHaveBody) : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => canHaveBody;
    }

    private sealed class Upgrade(bool isUpgradable) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => isUpgradable;

        public Task<Stream> UpgradeAsync() => throw new InvalidOperationException("Nothing is forwarded in a rehearsal.");
    }
}

/// <summary>The answer of a rehearsed request; what stages hold until a request has ended is let go with it.</summary>
internal sealed class RehearsedResponse : HttpResponseFeature, IAsyncDisposable
{
    private readonly Stack<(Func<object, Task> Callback, object State)> _completed = [];

    public override void OnCompleted(Func<object, Task> callback, object state) => _completed.Push((callback, state));

    public async ValueTask DisposeAsync()
    {
        while (_completed.TryPop(out var callback))
        {
            await callback.Callback(callback.State);
        }
    }
}
