using System.Net;
using AuthProxy.Proxy.Addresses;
using AuthProxy.Rules;

namespace AuthProxy.Proxy;

/// <summary>
/// The request as the client sent it, decided once: no stage reads <c>HttpRequest.Path</c>, <c>Scheme</c> or <c>Host</c>,
/// and none writes to <see cref="Headers"/>, so what was checked is what is forwarded.
/// </summary>
/// <param name="Method">The HTTP method, as sent.</param>
/// <param name="Address">The public address that the request came in on.</param>
/// <param name="Target">The canonical target: matched, given to templates and sent upstream, byte for byte.</param>
/// <param name="Headers">The request headers as received; read only.</param>
/// <param name="Client">The client's address: the peer, or what a trusted network says of it.</param>
/// <param name="Kind">What the browser, if it is one, wants the answer for.</param>
/// <param name="IsUpgrade">Whether the request asks for another protocol on this connection or stream (WebSocket).</param>
internal sealed record FrozenRequest(
    string Method,
    PublicAddress Address,
    CanonicalTarget Target,
    IHeaderDictionary Headers,
    IPAddress Client,
    RequestKind Kind,
    bool IsUpgrade);

/// <summary>What a refusal should look like to this client.</summary>
internal enum RequestKind
{
    /// <summary>A script, an API client or a sub-resource: status code and problem details.</summary>
    Programmatic,

    /// <summary>A person follows a link or submits a form: a page or a redirect makes sense.</summary>
    Navigation,

    /// <summary>A gRPC call: refusals are trailers-only answers with a grpc-status.</summary>
    Grpc,
}
