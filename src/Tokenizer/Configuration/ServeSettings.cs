using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Edges;

namespace AuthProxy.Tokenizer.Configuration;

/// <summary>The two listeners: one for users, whom gateways bring, and one for proxies and applications.</summary>
internal sealed record ServeSettings(ListenerSettings Users, ListenerSettings Services, EdgeLimits Limits, DrainSettings Drain)
{
    public static readonly Schema<ServeSettings> Schema = Declare.Object<ServeSettings>("serve", "The listeners.", o =>
    {
        var users = o.Object("users", ListenerSettings.Schema("users", "For users, behind a gateway.", 4461, requireTls: true), "For users, behind a gateway.");
        var services = o.Object(
            "services", ListenerSettings.Schema("services", "For proxies and applications, with probes and metrics.", 4462, requireTls: true), "For proxies and applications, with probes and metrics.");
        var limits = o.Object("limits", EdgeLimits.Schema, "What clients may take.");
        var drain = o.Object("drain", DrainSettings.Schema, "How the service ends.");
        return read => new ServeSettings(read.Get(users), read.Get(services), read.Get(limits), read.Get(drain));
    });
}
