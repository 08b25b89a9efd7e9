using System.Collections.Frozen;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Authentication.ApiKey;

/// <summary>The keys of a file, found by what is known of them.</summary>
internal sealed class ApiKeySet
{
    private readonly FrozenDictionary<long, ApiKeyEntry> _byHash;

    private ApiKeySet(IReadOnlyList<ApiKeyEntry> entries) => _byHash = entries.ToFrozenDictionary(entry => entry.Hash.Leading);

    private static readonly Schema<IReadOnlyList<ApiKeyEntry>> Schema = Declare.Object<IReadOnlyList<ApiKeyEntry>>("keys", "A file of API keys.", o =>
    {
        var keys = o.List("keys", ApiKeyEntry.Schema, "The keys.");
        return read =>
        {
            foreach (var twice in read.Get(keys).GroupBy(entry => entry.Id, StringComparer.Ordinal).Where(group => group.Count() > 1))
            {
                read.Fault(keys, $"names '{twice.Key}' twice; give each key an id of its own");
            }

            foreach (var twice in read.Get(keys).GroupBy(entry => entry.Hash.Leading).Where(group => group.Count() > 1))
            {
                read.Fault(keys, $"gives {string.Join(" and ", twice.Select(entry => $"'{entry.Id}'"))} the same key");
            }

            return read.Get(keys);
        };
    });

    public int Count => _byHash.Count;

    /// <summary>Null, with the faults told, where the file cannot be read or anything in it is wrong.</summary>
    public static ApiKeySet? Read(string path, ConfigFaults faults)
    {
        var before = faults.Count;
        var roots = ConfigReader.ReadFile(path, faults);
        if (roots.Count != 1)
        {
            faults.Add(new ConfigFault(path, 0, "", "the file holds no keys; write a list under 'keys'"));
            return null;
        }

        return Schema.TryRead(roots[0], faults, out var entries) && faults.Count == before ? new ApiKeySet(entries) : null;
    }

    /// <summary>Whose key this is; null where it is nobody's, or its time is over.</summary>
    public ApiKeyEntry? Find(string key, DateTimeOffset now)
    {
        var hash = ApiKeyHash.Of(key);
        return _byHash.TryGetValue(hash.Leading, out var entry) && entry.Hash.IsSameAs(hash) && !entry.IsOver(now) ? entry : null;
    }
}
