using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Mutation;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Authorization.Remote;

/// <summary>An authorization service and how it is asked. Keys that Oathkeeper has mean what they mean there.</summary>
/// <param name="Remote">Where the service is.</param>
/// <param name="Headers">Names with the templates of headers that the service is sent.</param>
/// <param name="ForwardResponseHeaders">Headers of the answer that go on to the upstream; where the answer lacks one, empty.</param>
/// <param name="Retry">How long and how often.</param>
/// <param name="Cache">Whether a yes is used again.</param>
internal sealed record RemoteSettings(
    Uri Remote, IReadOnlyDictionary<string, string> Headers, IReadOnlyList<string> ForwardResponseHeaders, RetrySettings Retry, CacheSettings Cache)
{
    /// <summary>The keys that both authorizers take.</summary>
    public static Func<ObjectReading, RemoteSettings> Keys(ObjectDeclaration o)
    {
        var remote = o.ServiceUrl("remote", "Where the service is; only its answer 200 lets a request pass.");
        var headers = o.Map("headers", "header", Declare.Text, "Headers that the service is sent, with the templates of their values; an empty one is not sent.").NamesServiceHeaders();
        var forward = o.List("forward_response_headers_to_upstream", Declare.Text,
            "Headers of the service's answer that go on to the upstream; one that the answer lacks goes on empty, and a client's own are removed on every rule.").NamesUpstreamHeaders();
        var retry = o.Object("retry", RetrySettings.Schema, "How long and how often the service is asked.");
        var cache = o.Object("cache", CacheSettings.Schema, "Whether a yes is used again.");
        return read => new RemoteSettings(read.Get(remote), read.Get(headers), read.Get(forward), read.Get(retry), read.Get(cache));
    }
}
