using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Rules.Loading;

/// <summary>A handler in our form: its name, or its name and <c>config</c>.</summary>
internal static class HandlerUseSchema
{
    private static readonly Schema<HandlerUse> Schema = Declare.OneOf(
        scalar: Declare.Text.Select((name, node, faults) => Use(name, null, node, faults)),
        mapping: Declare.Object<HandlerUse?>("handler", "A handler with settings of its own.", o =>
        {
            var handler = o.Text("handler", "The handler's name.");
            var config = o.Raw("config", "Settings of this use, laid over the handler's own in the service's configuration.").Optional();
            o.Refused("any_of", "only authorizers have alternatives");
            o.Refused("not", "only authorizers can be negated");
            return read => new HandlerUse(read.Get(handler), read.Get(config), read.Node.File, read.Node.Line, read.Node.Key);
        }).Select((use, node, faults) => Use(use!.Handler, use.Config, node, faults)));

    /// <param name="section">What kind of handler may be named, such as <c>authenticators</c>.</param>
    public static Schema<HandlerUse> In(string section) => Declare.Named(section, Schema);

    public static HandlerUse? Use(string name, ConfigNode? config, ConfigNode node, ConfigFaults faults)
    {
        if (name.Length == 0)
        {
            faults.Add(node, "names no handler");
            return null;
        }

        return new HandlerUse(name, config, node.File, node.Line, node.Key);
    }
}
