using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Matching;

/// <summary>All handlers of one kind, by name; makes the handlers that rules name.</summary>
internal sealed class HandlerKinds<THandler>(string section, IEnumerable<IHandlerKind<THandler>> kinds, HandlerKindSettings settings, bool enabledByDefault)
    where THandler : class
{
    // The one handler that Oathkeeper enables without being told.
    private const string AlwaysEnabled = "json";

    private readonly Dictionary<string, IHandlerKind<THandler>> _byName = kinds.ToDictionary(kind => kind.Name, StringComparer.Ordinal);

    public IEnumerable<IHandlerKind<THandler>> All => _byName.Values;

    public bool Exists(string name) => _byName.ContainsKey(name);

    /// <summary>Makes one handler for each use, in order.</summary>
    /// <param name="uses">The handlers as rules name them.</param>
    /// <param name="form">Whose answers are expected.</param>
    /// <param name="rule">The rule that names them; null for the fallback error handlers.</param>
    /// <param name="revision">Counts the rule sets.</param>
    /// <param name="faults">Where faults go.</param>
    /// <param name="standIn">Stands where a handler could not be made; without it such uses are left out, and the faults keep the set from becoming active.</param>
    public IReadOnlyList<THandler> Prepare(
        IEnumerable<HandlerUse> uses, RuleForm form, Rule? rule, long revision, ConfigFaults faults, Func<HandlerUse, THandler>? standIn = null)
    {
        var handlers = new List<THandler>();
        foreach (var use in uses)
        {
            if (Prepare(use, form, rule, revision, faults, standIn) is { } handler)
            {
                handlers.Add(handler);
            }
        }

        return handlers;
    }

    /// <summary>Names and keys in the service's file that no handler has: a switch that switches nothing must not look like one.</summary>
    public void Check(ConfigFaults faults)
    {
        foreach (var name in settings.Names)
        {
            var config = settings.Find(name)?.Config;
            if (!_byName.TryGetValue(name, out var kind))
            {
                faults.Add(new ConfigFault(config?.File ?? "the configuration", config?.Line ?? 0, $"{section}.{name}", $"does not exist (known: {Known})"));
            }
            else if (config is not null && settings.IsEnabled(name))
            {
                // What is missing there may stand in the rules; what is misspelt there is right nowhere.
                kind.Schema.FindUnknownKeys(config, faults);
            }
        }
    }

    private string Known => string.Join(", ", _byName.Keys.Order(StringComparer.Ordinal));

    /// <summary>Makes the handler for one use; its stand-in or null, with the fault told, where it cannot be made.</summary>
    public THandler? Prepare(HandlerUse use, RuleForm form, Rule? rule, long revision, ConfigFaults faults, Func<HandlerUse, THandler>? standIn)
    {
        // A use without a name is what could not be read of an invalid rule; its fault has been told.
        var before = faults.Count;
        var made = standIn is not null && use.Handler.Length == 0 ? null : Prepare(use, form, rule, revision, faults);
        return made is not null && faults.Count == before ? made : standIn?.Invoke(use.Handler.Length > 0 ? use with { Config = ConfigOf(use) } : use);
    }

    private THandler? Prepare(HandlerUse use, RuleForm form, Rule? rule, long revision, ConfigFaults faults)
    {
        if (!_byName.TryGetValue(use.Handler, out var kind))
        {
            faults.Add(new ConfigFault(use.File, use.Line, use.Key, $"is '{use.Handler}', which does not exist (known: {Known})"));
            return null;
        }

        if (WhyNotEnabled(use.Handler, form) is { } why)
        {
            faults.Add(new ConfigFault(use.File, use.Line, use.Key, $"is '{use.Handler}', which {why}"));
            return null;
        }

        if (rule is not null && DestinationLimits.Forbids(kind.Name, kind.Destinations, use, rule.Limits, faults))
        {
            return null;
        }

        var own = new ConfigFaults();
        var handler = kind.Prepare(new HandlerPreparation(form, rule, ConfigOf(use), use, revision, own));
        faults.AddRange(own.Select(fault => Named(fault, use)));
        foreach (var warning in own.Warnings)
        {
            faults.Warn(Named(warning, use));
        }

        return handler;
    }

    // What stands in the rule is known by the rule's name, and what stands in the service's file by its key there.
    private static ConfigFault Named(ConfigFault fault, HandlerUse use) =>
        use.Config is { Key: var key, File: var file } && fault.File == file && fault.Key.StartsWith(key, StringComparison.Ordinal)
            ? fault with { Key = $"{use.Key}.config{fault.Key[key.Length..]}" }
            : fault;

    private string? WhyNotEnabled(string name, RuleForm form) => settings.Find(name)?.Enabled switch
    {
        true => null,
        false => $"{section}.{name}.enabled switches off",
        null => form == RuleForm.AuthProxy || enabledByDefault || name == AlwaysEnabled ? null : $"is not enabled; write {section}.{name}.enabled: true into the configuration",
    };

    private ConfigNode ConfigOf(HandlerUse use)
    {
        var shared = settings.Find(use.Handler)?.Config;
        return shared is null && use.Config is null
            ? new ConfigMapping(use.File, use.Line, use.Key + ".config", new OrderedDictionary<string, ConfigNode>(StringComparer.Ordinal))
            : ConfigNode.Overlay(shared, use.Config);
    }
}
