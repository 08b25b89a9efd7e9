using AuthProxy.Proxy.Matching;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Authentication.Tokens;

/// <summary>What holds in rules of ours for access tokens that the realm itself accepts.</summary>
internal static class OwnTokens
{
    public static void Check(HandlerPreparation preparation, bool? forwarded, bool onVaultHost)
    {
        if (preparation.Form != RuleForm.AuthProxy)
        {
            return;
        }

        // This very rule accepts the token: whoever is given it could act as the caller here.
        if (forwarded == true)
        {
            preparation.Fault("would pass on a token that this rule accepts (forward_credentials); the upstream gets the assertion mutator's word instead");
        }

        if (preparation.Rule?.Upstream is { IsTokenizer: true } && !onVaultHost)
        {
            preparation.Fault("lets bearer tokens read values; write on_vault_host: true if that is meant");
        }
    }
}
