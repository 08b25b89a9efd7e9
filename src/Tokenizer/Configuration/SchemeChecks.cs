namespace AuthProxy.Tokenizer.Configuration;

/// <summary>
/// Each application has one scheme. Where a proxy owns the session, no key of the application makes users; where the application owns it, no
/// proxy does.
/// </summary>
internal static class SchemeChecks
{
    private const TrustRoles Proxies = TrustRoles.Gateway | TrustRoles.Sidecar;

    public static IEnumerable<string> FaultsOf(IReadOnlyList<TrustSettings> trust, IReadOnlyList<ApplicationSettings> applications) =>
        from entry in trust
        from application in applications
        where entry.Applications.Contains(application.Name)
        let fault = FaultOf(entry, application)
        where fault is not null
        select fault;

    public static IEnumerable<string> FaultsOf(IReadOnlyList<ApplicationSettings> applications, IReadOnlyList<TrustSettings> trust) =>
        from application in applications
        from provider in application.Login?.Providers ?? []
        where !trust.Any(entry => entry.Name == provider.Trust && entry.Roles.HasFlag(TrustRoles.Login) && entry.Applications.Contains(application.Name))
        select $"provider {provider.Name} of {application.Name} is to be believed by trust entry {provider.Trust}, which has not the role login for that application";

    public static IEnumerable<string> FaultsOf(IReadOnlyList<PolicySettings> policies, IReadOnlyList<TrustSettings> trust) =>
        from policy in policies
        where !trust.Any(entry => entry.Name == policy.Trust && entry.Roles.HasFlag(TrustRoles.Service))
        select $"policy {policy.Name} is for trust entry {policy.Trust}, which does not exist or has not the role service";

    private static string? FaultOf(TrustSettings entry, ApplicationSettings application) => (entry.Roles, application.Login) switch
    {
        (var roles, null) when roles.HasFlag(TrustRoles.Login) =>
            $"entry {entry.Name} may sign users of {application.Name} in, whose scheme is proxy; a key of the application makes no users there",
        (var roles, not null) when (roles & Proxies) != TrustRoles.None =>
            $"entry {entry.Name} is a proxy, and the scheme of {application.Name} is application; sessions have one owner",
        _ => null,
    };
}
