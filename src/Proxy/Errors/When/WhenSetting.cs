using System.Net;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Errors.When;

/// <summary>The key <c>when</c> that every error handler takes: a list of alternatives.</summary>
internal static class WhenSetting
{
    private sealed record Headers(IReadOnlyList<string> ContentTypes, IReadOnlyList<string> Accepts);

    private sealed record Origin(IReadOnlyList<IPNetwork> Networks, bool BehindProxies);

    private sealed record Request(Headers Header, Origin From);

    private static readonly Schema<Headers> HeaderSchema = Declare.Object<Headers>("when header", "Headers of the request.", o =>
    {
        var contentType = o.List("content_type", Declare.Text, "Media types of the request's body; type/* covers a family.");
        var accept = o.List("accept", Declare.Text, "Media types that the client asks for; its own */* is covered by */* only.");
        return read => new Headers(read.Get(contentType), read.Get(accept));
    });

    private static readonly Schema<Origin> OriginSchema = Declare.Object<Origin>("when remote_ip", "Where the request comes from.", o =>
    {
        var match = o.List("match", Declare.Network, "Networks of the peer.");
        var respect = o.Boolean("respect_forwarded_for_header",
            "Whether the client behind serve.proxy.trusted_networks counts instead of the peer; what others write into X-Forwarded-For never does.").Default(false);
        return read => new Origin(read.Get(match), read.Get(respect));
    });

    private static readonly Schema<Request> RequestSchema = Declare.Object<Request>("when request", "What the request must be.", o =>
    {
        var header = o.Object("header", HeaderSchema, "Headers of the request.");
        var remote = o.Object("remote_ip", OriginSchema, "Where the request comes from.");
        var cidr = o.List("cidr", Declare.Network, "Another way to write remote_ip.match.");
        return read => new Request(read.Get(header), read.Get(remote) with { Networks = [.. read.Get(remote).Networks, .. read.Get(cidr)] });
    });

    private static readonly Schema<ErrorCondition> Schema = Declare.Object<ErrorCondition>("when", "One alternative; everything in it must hold.", o =>
    {
        var errors = o.List("error", Declare.Text, "Names of statuses: unauthorized, forbidden, not_found, internal_server_error, …")
            .Must(list => list.All(StatusNames.IsName), "write names of statuses in lower case with underscores, such as unauthorized, forbidden, not_found or too_many_requests");
        var request = o.Object("request", RequestSchema, "What the request must be.");
        return read =>
        {
            var (header, from) = read.Get(request);
            return new ErrorCondition(read.Get(errors), header.ContentTypes, header.Accepts, from.Networks, from.BehindProxies);
        };
    });

    public static Setting<IReadOnlyList<ErrorCondition>> When(this ObjectDeclaration declaration) =>
        declaration.List("when", Schema, "When this handler answers; without the key always.");
}
