using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Bodies;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Authorization.Grants;

/// <summary>Makes the grant checks of rules when they load.</summary>
/// <param name="limits">How much of a body may be held.</param>
/// <param name="bodies">Holds bodies, within one budget for the process.</param>
/// <param name="verifier">Who knows the grants; null where no Tokenizer is configured.</param>
internal sealed class GrantCheckFactory(HeldBodyLimits limits, BodyHolder bodies, IGrantVerifier? verifier)
{
    /// <summary>Null where the rule asks for no check, or where it cannot be made: then <paramref name="faults"/> says why and the rule set is not taken.</summary>
    public GrantCheck? Create(Rule rule, ConfigFaults faults)
    {
        if (rule.Grants is not { } requirement)
        {
            return null;
        }

        if (verifier is not null)
        {
            return new GrantCheck(requirement, (int)(requirement.BodyLimit ?? limits.PerBody), bodies, verifier);
        }

        faults.Add(new ConfigFault(rule.File, rule.Line, $"{rule}: grants",
            "needs a Tokenizer; set tokenizer.enabled with services_url and application, or take the check out"));
        return null;
    }
}
