using Microsoft.Extensions.Options;

namespace AuthProxy.Sdk;

/// <summary>Finds every fault at once, each under its full key, before the first request.</summary>
internal sealed class AuthProxyIdentityOptionsValidator : IValidateOptions<AuthProxyIdentityOptions>
{
    public ValidateOptionsResult Validate(string? name, AuthProxyIdentityOptions options)
    {
        if (name != AuthProxyIdentityDefaults.AuthenticationScheme)
        {
            return ValidateOptionsResult.Skip;
        }

        var faults = new OptionFaults(options.Section);
        faults.Text(nameof(options.Issuer), options.Issuer, "the Proxy's issuer, assertion.issuer in its configuration");
        faults.Text(nameof(options.Audience), options.Audience, "this application's name, as the Proxy's rules write it into aud");
        faults.Address(nameof(options.JwksUrl), options.JwksUrl);
        faults.Between(nameof(options.ClockSkew), options.ClockSkew, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        faults.Text(nameof(options.NameClaim), options.NameClaim, "the claim that names a user");
        faults.Text(nameof(options.RoleClaim), options.RoleClaim, "the claim that holds roles");
        if (options.VerifiedAssertions is < 0 or > 1_000_000)
        {
            faults.Add(nameof(options.VerifiedAssertions), "must be between 0 and 1000000");
        }

        // A user of the Tokenizer is not a user of an application: such an assertion must never be accepted here.
        if (options.Audience.Split(':')[0] == "tokenizer")
        {
            faults.Add(nameof(options.Audience), "names the Tokenizer, whose audiences no application may accept");
        }

        return faults.Result;
    }
}
