using System.Diagnostics;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Authorization.Combined;

/// <summary>Makes what a rule combines of authorizers, when the rule loads.</summary>
internal static class AuthorizerTree
{
    /// <summary>Null where a handler cannot be made, which <paramref name="prepare"/> tells: half a combination decides something else.</summary>
    public static IAuthorizer? Prepare(AuthorizerUse use, Func<HandlerUse, IAuthorizer?> prepare) => Prepare(use, "", prepare);

    private static IAuthorizer? Prepare(AuthorizerUse use, string place, Func<HandlerUse, IAuthorizer?> prepare) => use switch
    {
        AuthorizerUse.One one => prepare(one.Use),
        AuthorizerUse.AllOf all => PrepareAll(all.Parts, place + AllOfAuthorizer.CombinationName, prepare) is { } parts ? new AllOfAuthorizer(parts) : null,
        AuthorizerUse.AnyOf any => PrepareAll(any.Parts, place + AnyOfAuthorizer.CombinationName, prepare) is { } parts ? new AnyOfAuthorizer(parts) : null,
        AuthorizerUse.Not not => PreparePart(not.Part, $"{place}{NotAuthorizer.CombinationName}.", prepare) is { } part ? new NotAuthorizer(part) : null,
        _ => throw new UnreachableException(),
    };

    // Every part is tried, so that all faults are told at once.
    private static List<AuthorizerPart>? PrepareAll(IReadOnlyList<AuthorizerUse> uses, string place, Func<HandlerUse, IAuthorizer?> prepare)
    {
        var parts = uses.Select((use, index) => PreparePart(use, $"{place}[{index}].", prepare)).OfType<AuthorizerPart>().ToList();
        return parts.Count == uses.Count ? parts : null;
    }

    private static AuthorizerPart? PreparePart(AuthorizerUse use, string place, Func<HandlerUse, IAuthorizer?> prepare) =>
        Prepare(use, place, prepare) is { } authorizer ? new AuthorizerPart(place + authorizer.Name, authorizer) : null;
}
