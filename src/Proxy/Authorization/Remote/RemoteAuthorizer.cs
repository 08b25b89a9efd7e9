using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Bodies;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Mutation;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Authorization.Remote;

/// <param name="Service">The service.</param>
/// <param name="BodyLimit">The most bytes of a body that are held to be shown to it; null: as for every held body.</param>
internal sealed record RemoteAuthorizerSettings(RemoteSettings Service, long? BodyLimit)
{
    public static readonly Schema<RemoteAuthorizerSettings> Schema = Declare.Object<RemoteAuthorizerSettings>("remote", "Shows the request's body to a service that says whether it may pass.", o =>
    {
        var service = RemoteSettings.Keys(o);
        var limit = o.Bytes("body_limit", "The most bytes of a body that are held to be shown to the service; without the key held_bodies.limit. A larger one is refused.").AtLeast("1KiB").AtMost("64MiB").Optional();
        return read => new RemoteAuthorizerSettings(service(read), read.Get(limit));
    });
}

/// <summary>Shows the request's body, with its type and the client's credentials, to a service that says whether it may pass. The upstream still gets all of it.</summary>
internal sealed class RemoteAuthorizer(RemoteService service, BodyHolder bodies, int bodyLimit) : IAuthorizer
{
    public string Name => RemoteAuthorizerKind.KindName;

    public IReadOnlyCollection<string> HeaderNames => service.HeaderNames;

    public async ValueTask<AuthorizationOutcome> AuthorizeAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        if (!ClientHeaders.TryReadContentType(request, out var contentType))
        {
            return new AuthorizationOutcome.Refused(ProxyRefusals.RequestMalformed, "the Content-Type header stands twice, or holds what no header may hold");
        }

        // What follows an upgrade is no body, and would never end.
        var held = request.Received.IsUpgrade ? HeldBodyOutcome.Empty.Instance : await bodies.HoldAsync(context, request, bodyLimit, cancellation);
        return held switch
        {
            HeldBodyOutcome.Refused refused => new AuthorizationOutcome.Refused(refused.Refusal, refused.Why),

            // A copy: the question may outlive this request where others wait for the same answer, and held memory does not.
            HeldBodyOutcome.Held whole => await service.AskAsync(request, TemplateFacts.Of(request), whole.Body.Bytes.ToArray(), contentType, cancellation),
            HeldBodyOutcome.Empty => await service.AskAsync(request, TemplateFacts.Of(request), ReadOnlyMemory<byte>.Empty, contentType, cancellation),
            _ => new AuthorizationOutcome.Refused(ProxyRefusals.CheckFailed, "the body could not be held"),
        };
    }
}

internal sealed class RemoteAuthorizerKind(IRemoteCaller caller, BodyHolder bodies, HeldBodyLimits limits, TimeProvider time) : IHandlerKind<IAuthorizer>
{
    public const string KindName = "remote";

    public string Name => KindName;

    public Schema Schema => RemoteAuthorizerSettings.Schema;

    public IReadOnlyList<string> Destinations => ["remote"];

    public IAuthorizer? Prepare(HandlerPreparation preparation)
    {
        var before = preparation.Faults.Count;
        if (!preparation.TryRead(RemoteAuthorizerSettings.Schema, out var settings))
        {
            return null;
        }

        preparation.CheckPrivacy("remote", settings.Service.Remote);
        var headers = NamedTemplate.CompileAll(preparation, settings.Service.Headers, "header");
        return preparation.Faults.Count == before
            ? new RemoteAuthorizer(new RemoteService(settings.Service, headers!, caller, time), bodies, (int)(settings.BodyLimit ?? limits.PerBody))
            : null;
    }
}
