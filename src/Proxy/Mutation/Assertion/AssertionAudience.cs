using System.Collections.Frozen;

namespace AuthProxy.Proxy.Mutation.Assertion;

/// <summary>For whom a rule's assertions are. Always a declared name, never taken from what the client sent.</summary>
internal interface IAssertionAudience
{
    /// <summary>Null where the request is for nobody that is known.</summary>
    AssertionProfile? For(ProxiedRequest request);
}

/// <summary>One application.</summary>
internal sealed class FixedAudience(AssertionProfile profile) : IAssertionAudience
{
    public AssertionProfile? For(ProxiedRequest request) => profile;
}

/// <summary>The Tokenizer, for the application whose vault the host is.</summary>
internal sealed class VaultAudience(IReadOnlyDictionary<string, AssertionProfile> byHost) : IAssertionAudience
{
    private readonly FrozenDictionary<string, AssertionProfile> _byHost = byHost.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public AssertionProfile? For(ProxiedRequest request) => _byHost.GetValueOrDefault(request.Received.Address.Host);
}
