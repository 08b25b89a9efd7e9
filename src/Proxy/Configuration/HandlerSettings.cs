using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Configuration;

/// <summary>What an operator sets for one handler for all rules; a rule's own <c>config</c> is laid over it.</summary>
/// <param name="Enabled">Whether rules may name it; null: those of our form may.</param>
/// <param name="Config">Read by the handler's own schema once a rule's <c>config</c> is laid over it.</param>
internal sealed record HandlerSettings(bool? Enabled, ConfigNode? Config)
{
    public static readonly Schema<HandlerSettings> Schema = Declare.Object<HandlerSettings>("handler", "A handler's settings for all rules.", o =>
    {
        var enabled = o.Boolean("enabled", "Whether rules may use the handler; without the key rules of our form may, and those of Oathkeeper's form only json.").Optional();
        var config = o.Raw("config", "The handler's own settings.").Optional();
        return read => new HandlerSettings(read.Get(enabled), read.Get(config));
    });
}

/// <summary>The settings of all handlers of one kind, by name.</summary>
internal sealed class HandlerKindSettings(IReadOnlyDictionary<string, HandlerSettings> byName)
{
    public static readonly HandlerKindSettings Empty = new(new Dictionary<string, HandlerSettings>());

    public IEnumerable<string> Names => byName.Keys;

    public bool IsEnabled(string name) => Find(name)?.Enabled ?? true;

    public HandlerSettings? Find(string name) => byName.GetValueOrDefault(name);
}
