namespace AuthProxy.Proxy.Authorization.Combined;

/// <summary>Lets those pass whom every part allows; the first that does not has the word.</summary>
internal sealed class AllOfAuthorizer(IReadOnlyList<AuthorizerPart> parts) : IAuthorizer
{
    public const string CombinationName = "all_of";

    public string Name => CombinationName;

    public IReadOnlyCollection<string> HeaderNames { get; } = [.. parts.SelectMany(part => part.Authorizer.HeaderNames)];

    public async ValueTask<AuthorizationOutcome> AuthorizeAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        foreach (var part in parts)
        {
            if (await part.AskAsync(context, request, cancellation) is AuthorizationOutcome.Refused refused)
            {
                return refused;
            }
        }

        return AuthorizationOutcome.Allowed.Instance;
    }
}
