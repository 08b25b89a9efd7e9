using System.Collections.Concurrent;
using System.Security.Claims;
using AuthProxy.Sdk;

namespace AuthProxy.Bank;

/// <summary>What the bank knows about a customer. Social security number and passport are not among it, only the tokens that stand for them.</summary>
internal sealed class Customer(string name, string email)
{
    public string Name { get; } = name;

    public string Email { get; } = email;

    public string Phone { get; set; } = "555-0100";

    public string? SsnToken { get; set; }

    public string? PassportToken { get; set; }
}

/// <summary>The customers, in memory: each is created at the first visit, from what the Proxy says.</summary>
internal sealed class Customers
{
    private readonly ConcurrentDictionary<(string Issuer, string Subject), Customer> _customers = new();

    /// <summary>A subject is only unique together with its issuer.</summary>
    public Customer Of(ClaimsPrincipal user) => _customers.GetOrAdd(
        (Claim(user, AuthProxyClaimTypes.SubjectIssuer), Claim(user, AuthProxyClaimTypes.Subject)),
        _ => new Customer(user.Identity?.Name ?? Claim(user, AuthProxyClaimTypes.Subject), user.FindFirstValue("email") ?? ""));

    private static string Claim(ClaimsPrincipal user, string type) =>
        user.FindFirstValue(type) ?? throw new InvalidOperationException($"The assertion carries no {type}.");
}
