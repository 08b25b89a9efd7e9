using System.Text;
using System.Text.Json;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Mutation;
using AuthProxy.Proxy.Remotes;
using AuthProxy.Rules.Templates;

namespace AuthProxy.Proxy.Authorization.Remote;

/// <param name="Service">The service.</param>
/// <param name="Payload">The template of the JSON text that it is sent.</param>
internal sealed record RemoteJsonSettings(RemoteSettings Service, string Payload)
{
    public static readonly Schema<RemoteJsonSettings> Schema = Declare.Object<RemoteJsonSettings>("remote_json", "Sends a JSON text to a service that says whether the request may pass.", o =>
    {
        var service = RemoteSettings.Keys(o);
        var payload = o.Text("payload", "The template of the JSON text that the service is sent.").NotEmpty("write a JSON text, perhaps with templates in it");
        return read => new RemoteJsonSettings(service(read), read.Get(payload));
    });
}

/// <summary>Sends a JSON text of the rule's to a service that says whether the request may pass; of the request itself only the client's credentials.</summary>
internal sealed class RemoteJsonAuthorizer(RemoteService service, NamedTemplate payload) : IAuthorizer
{
    // Deeper than any question; a claim of a hundred levels would otherwise be parsed here, again and again.
    private const int Deepest = 32;

    public string Name => RemoteJsonAuthorizerKind.KindName;

    public IReadOnlyCollection<string> HeaderNames => service.HeaderNames;

    public ValueTask<AuthorizationOutcome> AuthorizeAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        var values = TemplateFacts.Of(request);
        if (!payload.TryRender(values, out var text, out var why))
        {
            return Refuse(why);
        }

        var utf8 = Encoding.UTF8.GetBytes(text);
        return IsJson(utf8)
            ? service.AskAsync(request, values, utf8, "application/json", cancellation)
            : Refuse("the payload is no JSON once it is filled in");
    }

    // A member that stands twice is read as its first by some and as its last by others.
    private static bool IsJson(byte[] utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = Deepest, AllowDuplicateProperties = false });
            return true;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static ValueTask<AuthorizationOutcome> Refuse(string why) => new(new AuthorizationOutcome.Refused(ProxyRefusals.CheckFailed, why));
}

internal sealed class RemoteJsonAuthorizerKind(IRemoteCaller caller, TimeProvider time) : IHandlerKind<IAuthorizer>
{
    public const string KindName = "remote_json";

    public string Name => KindName;

    public Schema Schema => RemoteJsonSettings.Schema;

    public IReadOnlyList<string> Destinations => ["remote"];

    public IAuthorizer? Prepare(HandlerPreparation preparation)
    {
        var before = preparation.Faults.Count;
        if (!preparation.TryRead(RemoteJsonSettings.Schema, out var settings))
        {
            return null;
        }

        preparation.CheckPrivacy("remote", settings.Service.Remote);
        var headers = NamedTemplate.CompileAll(preparation, settings.Service.Headers, "header");
        var payload = NamedTemplate.Compile(preparation, "payload", settings.Payload, "the", TemplateContext.Json);
        return preparation.Faults.Count == before
            ? new RemoteJsonAuthorizer(new RemoteService(settings.Service, headers!, caller, time), payload!.Value)
            : null;
    }
}
