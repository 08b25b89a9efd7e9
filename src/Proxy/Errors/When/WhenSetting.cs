using System.Net;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Errors.When;

/// <summary>The key <c>when</c> that every error handler takes: a list of alternatives.</summary>
internal static class WhenSetting
{
    private sealed record Headers(IReadOnlyList<string> ContentTypes, IReadOnlyList<string> Accepts);

    private sealed record Client(IReadOnlyList<IPNetwork> Networks);

    private sealed record Request(Headers Header, IReadOnlyList<IPNetwork> Networks);

    private static readonly Schema<Headers> HeaderSchema = Declare.Object<Headers>("when header", "Headers of the request.", o =>
    {
        var contentType = o.List("content_type", Declare.Text, "Media types of the request's body; type/* covers a family.");
        var accept = o.List("accept", Declare.Text, "Media types that the client asks for; its own */* is covered by */* only.");
        return read => new Headers(read.Get(contentType), read.Get(accept));
    });

    private static readonly Schema<Client> ClientSchema = Declare.Object<Client>("when remote_ip", "Where the client is.", o =>
    {
        var match = o.List("match", Declare.Network, "Networks of the client.");
        o.Accepted("respect_forwarded_for_header", "which peers' X-Forwarded-For is believed is serve.proxy.trusted_networks");
        return read => new Client(read.Get(match));
    });

    private static readonly Schema<Request> RequestSchema = Declare.Object<Request>("when request", "What the request must be.", o =>
    {
        var header = o.Object("header", HeaderSchema, "Headers of the request.");
        var remote = o.Object("remote_ip", ClientSchema, "Where the client is.");
        var cidr = o.List("cidr", Declare.Network, "Another way to write remote_ip.match.");
        return read => new Request(read.Get(header), [.. read.Get(remote).Networks, .. read.Get(cidr)]);
    });

    private static readonly Schema<ErrorCondition> Schema = Declare.Object<ErrorCondition>("when", "One alternative; everything in it must hold.", o =>
    {
        var errors = o.List("error", Declare.Text, "Names of statuses: unauthorized, forbidden, not_found, internal_server_error, …");
        var request = o.Object("request", RequestSchema, "What the request must be.");
        return read => new ErrorCondition(read.Get(errors), read.Get(request).Header.ContentTypes, read.Get(request).Header.Accepts, read.Get(request).Networks);
    });

    public static Setting<IReadOnlyList<ErrorCondition>> When(this ObjectDeclaration declaration) =>
        declaration.List("when", Schema, "When this handler answers; without the key always.");
}
