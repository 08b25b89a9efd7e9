using Microsoft.AspNetCore.Authentication;

namespace AuthProxy.Sdk;

/// <summary>Whose assertions the application believes. Checked when the application starts.</summary>
public sealed class AuthProxyIdentityOptions : AuthenticationSchemeOptions
{
    /// <summary>The Proxy's issuer (<c>assertion.issuer</c> in its configuration), compared character for character. Required.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>This application's name, as the Proxy's rules write it into <c>aud</c>. Required.</summary>
    public string Audience { get; set; } = "";

    /// <summary>Where the Proxy's keys are, usually <c>/.well-known/jwks.json</c> on its API port. Plain HTTP is accepted on loopback only. Required.</summary>
    public string JwksUrl { get; set; } = "";

    /// <summary>Clock difference tolerated between the Proxy and this application. Default 5 seconds, at most 1 minute.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many verified assertions are remembered until they expire, so that their signature is checked once. Default 10000, between 0 and 1000000.</summary>
    public int VerifiedAssertions { get; set; } = 10_000;

    /// <summary>The claim that <c>User.Identity.Name</c> shows. Default <c>name</c>.</summary>
    public string NameClaim { get; set; } = "name";

    /// <summary>The claim that roles are read from. Default <c>groups</c>.</summary>
    public string RoleClaim { get; set; } = "groups";

    /// <summary>How this application's configuration names these options, for faults.</summary>
    internal string Section { get; set; } = nameof(AuthProxyIdentityOptions);
}
