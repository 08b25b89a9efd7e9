using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Matching;

/// <summary>All handlers of one kind, by name; makes the handlers that rules name.</summary>
internal sealed class HandlerKinds<THandler>(string section, IEnumerable<IHandlerKind<THandler>> kinds, HandlerKindSettings settings)
    where THandler : class
{
    private readonly Dictionary<string, IHandlerKind<THandler>> _byName = kinds.ToDictionary(kind => kind.Name, StringComparer.Ordinal);

    public IEnumerable<IHandlerKind<THandler>> All => _byName.Values;

    public bool Exists(string name) => _byName.ContainsKey(name);

    /// <summary>Makes one handler for each use, in order. Uses with faults are left out; the faults keep the set from becoming active.</summary>
    public IReadOnlyList<THandler> Prepare(IEnumerable<HandlerUse> uses, RuleForm form, Rule? rule, long revision, ConfigFaults faults)
    {
        var handlers = new List<THandler>();
        foreach (var use in uses)
        {
            if (Prepare(use, form, rule, revision, faults) is { } handler)
            {
                handlers.Add(handler);
            }
        }

        return handlers;
    }

    /// <summary>Makes the handler for one use; null, with the fault told, where it cannot be made.</summary>
    public THandler? Prepare(HandlerUse use, RuleForm form, Rule? rule, long revision, ConfigFaults faults)
    {
        if (!_byName.TryGetValue(use.Handler, out var kind))
        {
            faults.Add(new ConfigFault(use.File, use.Line, use.Key, $"is '{use.Handler}', which does not exist (known: {Known})"));
            return null;
        }

        if (!settings.IsEnabled(use.Handler))
        {
            faults.Add(new ConfigFault(use.File, use.Line, use.Key, $"is '{use.Handler}', which {section}.{use.Handler}.enabled switches off"));
            return null;
        }

        return kind.Prepare(new HandlerPreparation(form, rule, ConfigOf(use), use, revision, faults));
    }

    /// <summary>Names in the service's file that no handler has: a switch that switches nothing must not look like one.</summary>
    public void Check(ConfigFaults faults)
    {
        foreach (var name in settings.Names.Where(name => !Exists(name)))
        {
            var config = settings.Find(name)?.Config;
            faults.Add(new ConfigFault(config?.File ?? "the configuration", config?.Line ?? 0, $"{section}.{name}", $"does not exist (known: {Known})"));
        }
    }

    private string Known => string.Join(", ", _byName.Keys.Order(StringComparer.Ordinal));

    private ConfigNode ConfigOf(HandlerUse use)
    {
        var shared = settings.Find(use.Handler)?.Config;
        return shared is null && use.Config is null
            ? new ConfigMapping(use.File, use.Line, use.Key + ".config", new OrderedDictionary<string, ConfigNode>(StringComparer.Ordinal))
            : ConfigNode.Overlay(shared, use.Config);
    }
}
