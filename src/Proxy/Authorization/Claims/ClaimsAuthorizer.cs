using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Matching;
using AuthProxy.Rules.Loading;
using AuthProxy.Rules.Requirements;

namespace AuthProxy.Proxy.Authorization.Claims;

/// <param name="Requirement">What the subject's claims must say.</param>
internal sealed record ClaimsSettings(Requirement Requirement)
{
    public static readonly Schema<ClaimsSettings> Schema = Declare.Object<ClaimsSettings>("claims", "Lets those pass whose claims say what is asked.", o =>
    {
        var claims = o.Value("claims", RequirementSchema.Schema, "What the subject's claims must say, in the words of a rule's require.");
        return read => new ClaimsSettings(read.Get(claims));
    });
}

internal sealed class ClaimsAuthorizerKind(TimeProvider clock) : IHandlerKind<IAuthorizer>
{
    public const string KindName = "claims";

    public string Name => KindName;

    public Schema Schema => ClaimsSettings.Schema;

    public IAuthorizer? Prepare(HandlerPreparation preparation) =>
        preparation.TryRead(ClaimsSettings.Schema, out var settings) ? new RequirementAuthorizer(KindName, settings.Requirement, clock) : null;
}
