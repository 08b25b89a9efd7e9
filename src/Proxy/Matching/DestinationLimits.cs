using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Errors.Redirect;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Matching;

/// <summary>
/// Holds what the rules of a limited source say of where handlers call, read keys or send browsers to what that source may name. Who says where keys
/// are says whom to believe; who says whom to ask has this machine ask it.
/// </summary>
internal static class DestinationLimits
{
    private const string FileSuffix = "_file";

    /// <summary>Whether the use names what its source may not; then the faults say so and the handler must not be made.</summary>
    /// <param name="handler">The handler's name.</param>
    /// <param name="keys">The keys of its <c>config</c> that name destinations, dotted where they nest; files of secrets are found by their names.</param>
    /// <param name="use">The rule's own use: what the service's own file names needs no leave.</param>
    /// <param name="limits">What the rule's source may name.</param>
    /// <param name="faults">Where faults go.</param>
    public static bool Forbids(string handler, IReadOnlyList<string> keys, HandlerUse use, RuleSourceLimits limits, ConfigFaults faults)
    {
        if (AllowedBy(limits) is not { } allowed)
        {
            return false;
        }

        var before = faults.Count;
        foreach (var key in keys.Concat(FileKeys(use.Config, "")).Distinct().Where(key => AddressesAt(use.Config, key).Any(address => !Allows(allowed, address, handler))))
        {
            faults.Add(new ConfigFault(use.File, use.Line, $"{use.Key}.config.{key}",
                $"names what this source may not; allowed: {(allowed.Count > 0 ? string.Join(", ", allowed) : "nothing but what the service's own file names (destinations of the source)")}"));
        }

        return faults.Count > before;
    }

    // A secret's file is read by this process and sent to whom the rule asks: any file of the machine would be.
    private static IEnumerable<string> FileKeys(ConfigNode? config, string prefix) => config is not ConfigMapping mapping ? [] :
        mapping.Entries.SelectMany(entry => entry.Key.EndsWith(FileSuffix, StringComparison.Ordinal) ? [prefix + entry.Key] : FileKeys(entry.Value, $"{prefix}{entry.Key}."));

    private static IReadOnlyList<string>? AllowedBy(RuleSourceLimits limits) => limits.Destinations ?? (limits.AreNone ? null : []);

    // A redirect to a path stays on the host that the rule is for anyway.
    private static bool Allows(IReadOnlyList<string> allowed, string? address, string handler) =>
        address is not null && (allowed.Contains(address, StringComparer.Ordinal) || (handler == RedirectErrorKind.KindName && address.StartsWith('/')));

    /// <summary>Null stands for what is no text, and so is no address that could be allowed.</summary>
    private static IEnumerable<string?> AddressesAt(ConfigNode? config, string key)
    {
        foreach (var name in key.Split('.'))
        {
            if (config is null or ConfigScalar { IsNull: true })
            {
                return [];
            }

            if (config is not ConfigMapping mapping)
            {
                return [null];
            }

            config = mapping[name];
        }

        return config switch
        {
            null => [],
            ConfigSequence list => list.Items.Select(item => (item as ConfigScalar)?.Text),
            ConfigScalar one => [one.Text],
            _ => [null],
        };
    }
}
