using AuthProxy.Proxy.OpenIdConnect.Claims;

namespace AuthProxy.Proxy.Configuration;

/// <summary>What a session knows of the person who has logged in.</summary>
/// <param name="Chosen">Which of the provider's claims are kept; empty: all that say something of the person.</param>
/// <param name="Mapping">Claims that come from another place, by the name that they get here.</param>
/// <param name="AsksUserInfo">Whether the provider is asked for more than the ID token says.</param>
internal sealed record OidcClaimSettings(IReadOnlyList<string> Chosen, IReadOnlyDictionary<string, ClaimPath> Mapping, bool AsksUserInfo);
