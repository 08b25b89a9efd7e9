namespace AuthProxy.Sdk;

/// <summary>
/// Marks a text, a list of texts or a map to texts as data tokens. Behind <c>WithTokenGrants</c> or <c>AddTokenGrants</c> a token that comes in
/// is verified before the handler runs, and a token that goes out is granted to the request's session before it leaves.
/// </summary>
/// <remarks>
/// On a property, on the parameter of a record that becomes one, on a parameter of a handler or action, or on a handler's return value. What is null is no token and passes;
/// the empty text is no token either, and is refused.
/// </remarks>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter | AttributeTargets.ReturnValue)]
public sealed class TokenAttribute : Attribute
{
    /// <summary>How many seconds a grant made for it lasts. Default 0: as long as the Tokenizer's policy says. Never past the session's end.</summary>
    public int GrantSeconds { get; init; }
}
