using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authentication.Tokens;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.OpenIdConnect;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Mutation.AccessToken;

/// <summary>
/// Sees to it that no upstream is given what another rule takes as a bearer's own: it could go round and come in as the person, past everything
/// that a login here has to satisfy.
/// </summary>
/// <param name="oidc">The providers; null where nobody logs in.</param>
internal sealed class PassedOnTokens(OidcSettings? oidc = null)
{
    /// <summary>Rules that pass on what another rule could take, each with what is wrong.</summary>
    /// <param name="rules">The whole set.</param>
    /// <param name="faults">Told of what cannot be known.</param>
    public IReadOnlyList<(PreparedRule Rule, ConfigFault Fault)> FindTaken(IReadOnlyList<PreparedRule> rules, ConfigFaults faults)
    {
        var passing = rules.Where(rule => rule.Mutators.OfType<AccessTokenMutator>().Any()).ToList();
        if (passing.Count == 0 || oidc is null)
        {
            return [];
        }

        // Many rules trust the same tokens: each kind is looked at once.
        var taking = rules.SelectMany(rule => rule.Authenticators, (rule, authenticator) => (rule, authenticator))
            .Where(pair => pair.authenticator.Trusts is not null)
            .DistinctBy(pair => (pair.authenticator.Name, string.Join('\n', pair.authenticator.Trusts!.Issuers), string.Join('\n', pair.authenticator.Trusts.Audiences)))
            .ToList();
        var found = new List<(PreparedRule, ConfigFault)>();
        foreach (var rule in passing)
        {
            foreach (var (taker, authenticator) in taking)
            {
                if (WhyTaken(rule, authenticator.Trusts!) is not { } why)
                {
                    continue;
                }

                if (ReferenceEquals(authenticator.Trusts, TrustedTokens.AsServiceSays))
                {
                    faults.Warn(FaultOf(rule.Rule, $"passes access tokens on, and the service that {authenticator.Name} of {taker.Rule} asks may take them for their bearer's own; see to it that it does not"));
                }
                else
                {
                    found.Add((rule, FaultOf(rule.Rule, $"passes on {why}, which {authenticator.Name} of {taker.Rule} takes as a bearer's own: the upstream could come in there as the person")));
                }
            }
        }

        return found;
    }

    /// <summary>Where a rule says that it passes access tokens on.</summary>
    public static HandlerUse UseIn(Rule rule) => rule.Mutators.First(use => use.Handler == AccessTokenMutatorKind.KindName);

    private string? WhyTaken(PreparedRule rule, TrustedTokens taken)
    {
        foreach (var mutator in rule.Mutators.OfType<AccessTokenMutator>())
        {
            if (ProvidersOf(rule.Rule).FirstOrDefault(provider => taken.CouldInclude(provider.Issuer, mutator.Audience)) is { } provider)
            {
                return mutator.Audience.Count > 0
                    ? $"access tokens of {provider.Issuer} for {string.Join(", ", mutator.Audience)}"
                    : $"access tokens of {provider.Issuer} for whatever audience (write audience, or name another provider in oidc)";
            }
        }

        return null;
    }

    // A rule that names none has those of its hosts, and those may be any.
    private IEnumerable<OidcProviderSettings> ProvidersOf(Rule rule)
    {
        var named = rule.Authenticators.Where(use => use.Handler == OidcAuthenticatorKind.KindName).Select(NamesOf).ToList();
        return named.Any(names => names.Count == 0) ? oidc!.Providers : oidc!.Providers.Where(provider => named.Any(names => names.Contains(provider.Name)));
    }

    private static IReadOnlyList<string> NamesOf(HandlerUse use) =>
        use.Config is { } config && OidcUse.Schema.TryRead(config, new ConfigFaults(), out var read) ? read.Providers : [];

    private static ConfigFault FaultOf(Rule rule, string message)
    {
        var use = UseIn(rule);
        return new ConfigFault(use.File, use.Line, use.Key, message);
    }
}
